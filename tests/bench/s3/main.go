// Command s3 measures transfers to and from a local S3 server: the S3 class of Spindle's SDK, that of the real metaflow, and s5cmd.
//
// One case is many objects, one a single large one. The three take turns, so that a busy neighbour slows all of them, and medians are compared. The
// classes are timed inside Python, around the calls alone; s5cmd by its process. The server, versitygw, shares the machine with them and is most of the work.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

func main() {
	var o options
	flag.StringVar(&o.spindle, "spindle", "bin/spindle", "the binary to measure")
	flag.StringVar(&o.peer, "peer", "build/peer/bin/python", "interpreter that has metaflow and boto3 installed")
	flag.IntVar(&o.runs, "n", 3, "runs of each; the median counts")
	flag.Int64Var(&o.size, "mb", 1024, "MB in each case: 8192 and more is what it is meant for")
	flag.IntVar(&o.objects, "objects", 1000, "objects in the case of many")
	flag.StringVar(&o.only, "only", "", "measure only these, e.g. spindle,s5cmd")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type options struct {
	spindle, peer, only string
	runs, objects       int
	size                int64
}

// figures are the seconds of one program in one case.
type figures struct{ up, down []float64 }

func run(ctx context.Context, o options) error {
	for _, p := range []*string{&o.spindle, &o.peer} {
		abs, err := filepath.Abs(*p)
		if err != nil {
			return err
		}
		*p = abs
	}
	b, err := newBench(ctx, o)
	if err != nil {
		return err
	}
	defer b.close()
	fmt.Println("| work | Spindle's S3 | s5cmd | ratio | metaflow's S3 | ratio |\n|---|---|---|---|---|---|")
	for _, c := range b.cases() {
		if err := c.prepare(); err != nil {
			return err
		}
		results := map[string]*figures{}
		for i := range o.runs {
			for _, side := range []string{"spindle", "s5cmd", "metaflow"} {
				if o.only != "" && !slices.Contains(strings.Split(o.only, ","), side) {
					continue
				}
				if results[side] == nil {
					results[side] = &figures{}
				}
				if err := b.measure(ctx, side, c, i, results[side]); err != nil {
					return fmt.Errorf("%s, %s: %w", c.name, side, err)
				}
			}
		}
		printRow(c.name+", up", results, func(f *figures) []float64 { return f.up }, c.bytes)
		printRow(c.name+", down", results, func(f *figures) []float64 { return f.down }, c.bytes)
		if err := c.remove(); err != nil {
			return err
		}
	}
	return nil
}

func printRow(name string, results map[string]*figures, of func(*figures) []float64, bytes int64) {
	median := func(side string) (float64, string) {
		f := results[side]
		if f == nil {
			return 0, "–"
		}
		list := slices.Sorted(slices.Values(of(f)))
		m := list[len(list)/2]
		return m, fmt.Sprintf("%.2f s, %.0f MB/s", m, float64(bytes)/m/1e6)
	}
	ours, ourText := median("spindle")
	cells := []string{name, ourText}
	for _, side := range []string{"s5cmd", "metaflow"} {
		theirs, text := median(side)
		cells = append(cells, text)
		switch {
		case theirs == 0 || ours == 0:
			cells = append(cells, "–")
		case side == "s5cmd":
			cells = append(cells, strconv.FormatFloat(ours/theirs, 'f', 2, 64)+" of it")
		default:
			cells = append(cells, strconv.FormatFloat(theirs/ours, 'f', 1, 64)+" times less")
		}
	}
	fmt.Println("| " + strings.Join(cells, " | ") + " |")
}
