// Command remote measures what a remote task costs before its first line of code: making the code package on the laptop, and starting in the container.
//
// A container is an empty environment and an empty folder; the store is a local versitygw. Medians of -n runs.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spindle-flow/spindle/engine/codepackage"
	sdk "github.com/spindle-flow/spindle/python"
)

type options struct {
	runs, files int
	python      string
	peer        string
}

func main() {
	var o options
	flag.IntVar(&o.runs, "n", 9, "runs of each; the median counts")
	flag.IntVar(&o.files, "files", 2000, "files of the code package")
	flag.StringVar(&o.python, "python", "/usr/bin", "folder of the containers' python3")
	flag.StringVar(&o.peer, "peer", "build/peer/bin/python", "interpreter that has metaflow installed; empty for none")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	dir, err := os.MkdirTemp("", "spindle-bench-remote-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fmt.Println("| work | median | worst |\n|---|---|---|")
	if err := packages(ctx, o, filepath.Join(dir, "project")); err != nil {
		return err
	}
	return starts(ctx, o, dir)
}

// row prints a line of the table.
func row(name string, took []time.Duration) {
	slices.Sort(took)
	fmt.Printf("| %s | %d ms | %d ms |\n", name, took[len(took)/2].Milliseconds(), took[len(took)-1].Milliseconds())
}

// packages measures the code package of a project.
func packages(ctx context.Context, o options, dir string) error {
	flow, err := project(dir, o.files)
	if err != nil {
		return err
	}
	sources, err := sdk.Sources()
	if err != nil {
		return err
	}
	var ours, theirs []time.Duration
	size := 0
	for range o.runs {
		began := time.Now()
		p, err := codepackage.Build(ctx, codepackage.Options{Flow: flow, SDK: sources})
		if err != nil {
			return err
		}
		ours, size = append(ours, time.Since(began)), len(p.Bytes)
		if o.peer == "" {
			continue
		}
		peer, err := filepath.Abs(o.peer)
		if err != nil {
			return err
		}
		began = time.Now()
		cmd := exec.CommandContext(ctx, peer, flow, "--no-pylint", "package", "save", filepath.Join(dir, "..", "peer.tgz"))
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "METAFLOW_USER=tester")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("metaflow package save: %w\n%s", err, out)
		}
		theirs = append(theirs, time.Since(began))
	}
	row(fmt.Sprintf("code package of %d files, %.1f MB packed", o.files, float64(size)/1e6), ours)
	if len(theirs) > 0 {
		row("the same by `metaflow package save`, its start included", theirs)
	}
	return nil
}

// project writes a flow with many modules beside it.
func project(dir string, files int) (flow string, err error) {
	text := strings.Repeat("def function_%d(argument):\n    \"\"\"Says what it does.\"\"\"\n    return argument * %d\n\n\n", 40)
	for i := range files - 1 {
		file := filepath.Join(dir, fmt.Sprintf("package_%d", i/50), fmt.Sprintf("module_%d.py", i))
		if i%50 == 0 {
			if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
				return "", err
			}
		}
		numbers := make([]any, 80)
		for j := range numbers {
			numbers[j] = i*j + j
		}
		if err := os.WriteFile(file, fmt.Appendf(nil, text, numbers...), 0o666); err != nil {
			return "", err
		}
	}
	flow = filepath.Join(dir, "flow.py")
	return flow, os.WriteFile(flow, []byte(tiny), 0o666)
}

// tiny is a flow whose first line of code says that it is there.
const tiny = `from metaflow import FlowSpec, step


class Tiny(FlowSpec):
    @step
    def start(self):
        print("first")
        self.next(self.end)

    @step
    def end(self):
        pass


if __name__ == "__main__":
    Tiny()
`
