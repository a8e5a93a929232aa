// Command go measures flows in Go: empty tasks beside the bare cost of what they must do, the start of a run, building, numeric slices.
//
// The two sides of a line run in turn, so that a busy neighbour slows both; medians of -n runs. Nothing here asserts a time.
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
	"syscall"
	"time"
)

type options struct {
	spindle, python string
	runs, tasks, mb int
}

func main() {
	var o options
	flag.StringVar(&o.spindle, "spindle", "bin/spindle", "the binary to measure")
	flag.StringVar(&o.python, "peer", "build/peer/bin/python", "interpreter with numpy")
	flag.IntVar(&o.runs, "n", 5, "runs of each; the median counts")
	flag.IntVar(&o.tasks, "tasks", 1000, "tasks of the foreach")
	flag.IntVar(&o.mb, "mb", 256, "size of the slice of numbers")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) error {
	for _, p := range []*string{&o.spindle, &o.python} {
		abs, err := filepath.Abs(*p)
		if err != nil {
			return err
		}
		*p = abs
	}
	// On a real disk: a memory-backed folder would make syncing look free.
	if err := os.MkdirAll("build", 0o755); err != nil {
		return err
	}
	dir, err := os.MkdirTemp("build", "spindle-bench-go-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{options: o}
	if b.dir, err = filepath.Abs(dir); err != nil {
		return err
	}
	fmt.Println("| work | Spindle | beside it | ratio |\n|---|---|---|---|")
	for _, line := range []func(context.Context) error{b.emptyTasks, b.starts, b.builds, b.numbers} {
		if err := line(ctx); err != nil {
			return err
		}
	}
	return nil
}

type bench struct {
	options
	dir    string // absolute
	stores int
}

// testdata is one of the programs beside this one.
func testdata(name string) string { return "./tests/bench/go/testdata/" + name }

// build builds one of them.
func (b *bench) build(ctx context.Context, name string) (string, error) {
	bin := filepath.Join(b.dir, name)
	if out, err := exec.CommandContext(ctx, "go", "build", "-o", bin, testdata(name)).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return bin, nil
}

// store is a folder for a new store. They are removed when all is done: after a mass deletion ext4 takes many times longer to create a file.
func (b *bench) store() string {
	b.stores++
	return filepath.Join(b.dir, fmt.Sprint("store", b.stores))
}

// spindleIn times a verb with a store of its own.
func (b *bench) spindleIn(ctx context.Context, store string, args ...string) (time.Duration, error) {
	cmd := exec.CommandContext(ctx, b.spindle, args...)
	cmd.Env = append(os.Environ(), "METAFLOW_USER=bench", "METAFLOW_DATASTORE_SYSROOT_LOCAL="+store, "SPINDLE_PYTHON="+b.python)
	began := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("spindle %v: %w\n%s", args, err, out[max(0, len(out)-2000):])
	}
	return time.Since(began), nil
}

func median(took []time.Duration) time.Duration {
	slices.Sort(took)
	return took[len(took)/2]
}

func ms(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d)/float64(time.Millisecond)) }
