// Command kernel measures the group "kernel", from execute_request to idle: a plain cell in `spindle kernel` and in ipykernel, the two in turn; a cell
// that defines a step, and the real metaflow's spin of that step. Nothing here asserts a time; the ratios are printed.
package main

import (
	_ "embed"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

//go:embed cells.py
var plain string

//go:embed steps.py
var steps string

func main() {
	var o options
	flag.StringVar(&o.spindle, "spindle", "bin/spindle", "the binary to measure")
	flag.StringVar(&o.jupyter, "jupyter", "build/jupyter/bin/python", "interpreter that has jupyter_client, ipykernel, pandas and matplotlib")
	flag.StringVar(&o.peer, "peer", "build/jupyter/bin/python", "interpreter for the real metaflow; pandas and matplotlib must be there too")
	flag.StringVar(&o.metaflow, "metaflow", "build/peer/lib", "where the real metaflow is installed")
	flag.IntVar(&o.cells, "n", 400, "plain cells of each side; the median counts")
	flag.IntVar(&o.steps, "steps", 40, "step cells")
	flag.IntVar(&o.spins, "spins", 5, "of the real metaflow")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

type options struct {
	spindle, jupyter, peer, metaflow string
	cells, steps, spins              int
}

func run(o options) error {
	for _, p := range []*string{&o.spindle, &o.jupyter, &o.peer} {
		abs, err := filepath.Abs(*p)
		if err != nil {
			return err
		}
		*p = abs
	}
	if err := os.MkdirAll("build", 0o755); err != nil {
		return err
	}
	// On a real disk: a memory-backed /tmp would make the stores look free.
	dir, err := os.MkdirTemp("build", "spindle-bench-")
	if err == nil {
		dir, err = filepath.Abs(dir)
	}
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if out, err := exec.Command(o.spindle, "kernel", "install", "--prefix", dir, "--python", o.jupyter).CombinedOutput(); err != nil {
		return fmt.Errorf("install: %w\n%s", err, out)
	}
	peer, err := o.wrap(dir)
	if err != nil {
		return err
	}
	for _, argv := range [][]string{{plain, fmt.Sprint(o.cells)}, {steps, fmt.Sprint(o.steps), fmt.Sprint(o.spins), peer}} {
		cmd := exec.Command(o.jupyter, append([]string{"-c"}, argv...)...)
		cmd.Dir = dir
		cmd.Env = append(os.Environ(), "JUPYTER_PATH="+filepath.Join(dir, "share", "jupyter"), "IPYTHONDIR="+filepath.Join(dir, "ipython"),
			"METAFLOW_USER=bench", "SPINDLE_MEASURED="+o.spindle)
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		if err := cmd.Run(); err != nil {
			return err
		}
	}
	return nil
}

// wrap is a program that runs the real metaflow with the interpreter that has the libraries of the measured flow.
func (o options) wrap(dir string) (string, error) {
	found, err := filepath.Glob(filepath.Join(o.metaflow, "python3*", "site-packages"))
	if err != nil || len(found) != 1 {
		return "", fmt.Errorf("no metaflow in %q (make peer): %v", o.metaflow, err)
	}
	packages, err := filepath.Abs(found[0])
	if err != nil {
		return "", err
	}
	file := filepath.Join(dir, "metaflow-python")
	text := fmt.Sprintf("#!/bin/sh\nPYTHONPATH=%q exec %q \"$@\"\n", packages, o.peer)
	return file, os.WriteFile(file, []byte(text), 0o755)
}
