// Command kernel measures the group "kernel": a plain cell in `spindle kernel` and in ipykernel, the two in turn, from execute_request to idle.
// Nothing here asserts a time; the ratio is printed.
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
var program string

func main() {
	spindle := flag.String("spindle", "bin/spindle", "the binary to measure")
	jupyter := flag.String("jupyter", "build/jupyter/bin/python", "interpreter that has jupyter_client and ipykernel")
	cells := flag.Int("n", 400, "cells of each side; the median counts")
	flag.Parse()
	if err := run(*spindle, *jupyter, *cells); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(spindle, jupyter string, cells int) error {
	dir, err := os.MkdirTemp("", "spindle-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	for _, p := range []*string{&spindle, &jupyter} {
		if *p, err = filepath.Abs(*p); err != nil {
			return err
		}
	}
	if out, err := exec.Command(spindle, "kernel", "install", "--prefix", dir, "--python", jupyter).CombinedOutput(); err != nil {
		return fmt.Errorf("install: %w\n%s", err, out)
	}
	cmd := exec.Command(jupyter, "-c", program, fmt.Sprint(cells))
	cmd.Env = append(os.Environ(), "JUPYTER_PATH="+filepath.Join(dir, "share", "jupyter"), "IPYTHONDIR="+filepath.Join(dir, "ipython"))
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}
