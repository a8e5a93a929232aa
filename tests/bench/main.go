// Command bench runs Spindle and the real metaflow in turn on the same flows and writes the table in docs/benchmarks.md.
//
// Every line is a ratio measured in one session on one machine: the two are run alternately, so that a busy neighbour slows
// both, and the medians are compared. Nothing here asserts a time.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"syscall"
)

func main() {
	var o options
	flag.StringVar(&o.spindle, "spindle", "bin/spindle", "the binary to measure")
	flag.StringVar(&o.peer, "peer", "build/peer/bin/python", "interpreter that has metaflow (and numpy) installed")
	flag.IntVar(&o.runs, "n", 5, "runs of each side; the median counts")
	flag.BoolVar(&o.slowPeer, "slow-peer", false, "also run the peer once on the 1,000-task lines (many minutes)")
	flag.StringVar(&o.out, "o", "", "write the table here as well (docs/benchmarks.md)")
	flag.StringVar(&o.only, "only", "", "run only lines whose name contains this")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type options struct {
	spindle, peer, out, only string
	runs                     int
	slowPeer                 bool
}

func run(ctx context.Context, o options) error {
	for _, p := range []*string{&o.spindle, &o.peer} {
		abs, err := filepath.Abs(*p)
		if err != nil {
			return err
		}
		if _, err := os.Stat(abs); err != nil {
			return fmt.Errorf("%w (make build peer)", err)
		}
		*p = abs
	}
	dir, err := os.MkdirTemp(benchRoot(), "spindle-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	b := &bench{options: o, dir: dir}
	if err := b.writeFlows(); err != nil {
		return err
	}
	if b.bare, err = bareCost(b.peer, b.dir); err != nil {
		return err
	}
	for _, line := range b.lines() {
		if !line.wanted(o.only) {
			continue
		}
		row, err := b.measure(ctx, line)
		if err != nil {
			return fmt.Errorf("%s: %w", line.name, err)
		}
		fmt.Println(row.text())
		b.rows = append(b.rows, row)
	}
	if o.out == "" {
		return nil
	}
	return b.write(o.out)
}

// benchRoot keeps the stores on a real disk: a memory-backed /tmp would make syncing look free.
func benchRoot() string {
	if err := os.MkdirAll("build", 0o755); err == nil {
		if abs, err := filepath.Abs("build"); err == nil {
			return abs
		}
	}
	return ""
}
