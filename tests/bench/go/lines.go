package main

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// emptyTasks runs the foreach and, in turn, the bare program with the files that the foreach has left.
func (b *bench) emptyTasks(ctx context.Context) error {
	program, err := b.build(ctx, "nothing")
	if err != nil {
		return err
	}
	bare, err := b.build(ctx, "bare")
	if err != nil {
		return err
	}
	if _, err := b.spindleIn(ctx, b.store(), "run", testdata("fan"), "--n", "1"); err != nil { // builds it
		return err
	}
	n := strconv.Itoa(b.tasks)
	var ours, each, theirs []time.Duration
	for range b.runs {
		one, err := b.spindleIn(ctx, b.store(), "run", testdata("fan"), "--n", "1")
		if err != nil {
			return err
		}
		store := b.store()
		took, err := b.spindleIn(ctx, store, "run", testdata("fan"), "--n", n, "--max-num-splits", n)
		if err != nil {
			return err
		}
		ours, each = append(ours, took/time.Duration(b.tasks+3)), append(each, (took-one)/time.Duration(b.tasks-1))
		files, size, err := left(store)
		if err != nil {
			return err
		}
		cmd := exec.CommandContext(ctx, bare, program, b.store(), n, strconv.Itoa(files/b.tasks), strconv.Itoa(size/files))
		cmd.Stderr = os.Stderr
		out, err := cmd.Output()
		if err != nil {
			return fmt.Errorf("bare: %w", err)
		}
		seconds, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
		if err != nil {
			return err
		}
		theirs = append(theirs, time.Duration(seconds*float64(time.Second)))
		if len(ours) == 1 {
			fmt.Printf("| (a task leaves %d files of %d bytes on average) | | | |\n", files/b.tasks, size/files)
		}
	}
	t := median(theirs)
	for _, line := range []struct {
		name string
		took time.Duration
	}{{"whole command", median(ours)}, {"each after the first", median(each)}} {
		fmt.Printf("| foreach of %s empty tasks, %s | %s a task, %.0f tasks a second | %s (start a program, write the files, sync) | %.2f of it |\n",
			n, line.name, ms(line.took), float64(time.Second)/float64(line.took), ms(t), float64(line.took)/float64(t))
	}
	return nil
}

// left counts the files of a store and their bytes.
func left(store string) (files, size int, err error) {
	err = filepath.WalkDir(store, func(_ string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		info, err := e.Info()
		if err != nil {
			return err
		}
		files, size = files+1, size+int(info.Size())
		return nil
	})
	if err == nil && files == 0 {
		err = fmt.Errorf("the run has left nothing in %s", store)
	}
	return files, size, err
}

// starts runs a flow of four tasks, built before, and its Python twin.
func (b *bench) starts(ctx context.Context) error {
	var ours, theirs []time.Duration
	for range b.runs {
		took, err := b.spindleIn(ctx, b.store(), "run", "./tests/twins/linear")
		if err != nil {
			return err
		}
		ours = append(ours, took)
		if took, err = b.spindleIn(ctx, b.store(), "run", "./tests/twins/linear/flow.py"); err != nil {
			return err
		}
		theirs = append(theirs, took)
	}
	o, t := median(ours[1:]), median(theirs)
	fmt.Printf("| a flow of three steps, whole command, built before | %s | %s (the same in Python) | %.2f of it |\n", ms(o), ms(t), float64(o)/float64(t))
	return nil
}

// builds edits a flow's file between runs: what that adds is the build, beside `go build` of the same.
func (b *bench) builds(ctx context.Context) error {
	dir, err := os.MkdirTemp(filepath.Dir(testdata("fan")), "edited-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	text, err := os.ReadFile("tests/twins/linear/main.go")
	if err != nil {
		return err
	}
	var ours, theirs []time.Duration
	for i := range b.runs * 2 {
		edited := fmt.Appendf(text[:len(text):len(text)], "\n// Edit is what changed.\nconst Edit = %d\n", i)
		if err := os.WriteFile(filepath.Join(dir, "main.go"), edited, 0o644); err != nil {
			return err
		}
		if i%2 == 0 {
			took, err := b.spindleIn(ctx, b.store(), "run", "./"+dir)
			if err != nil {
				return err
			}
			ours = append(ours, took)
			continue
		}
		began := time.Now()
		if out, err := exec.CommandContext(ctx, "go", "build", "-o", filepath.Join(b.dir, "edited"), "./"+dir).CombinedOutput(); err != nil {
			return fmt.Errorf("%w\n%s", err, out)
		}
		theirs = append(theirs, time.Since(began))
	}
	o, t := median(ours), median(theirs)
	fmt.Printf("| the same after an edit | %s | %s (`go build` alone) | %.2f of it |\n", ms(o), ms(t), float64(o)/float64(t))
	return nil
}

// numbers hands a slice on, and a numpy array of the same size.
func (b *bench) numbers(ctx context.Context) error {
	flow := filepath.Join(b.dir, "big.py")
	if err := os.WriteFile(flow, []byte(numpyFlow), 0o644); err != nil {
		return err
	}
	mb := strconv.Itoa(b.mb)
	var ours, theirs []time.Duration
	for range min(b.runs, 3) {
		took, err := b.spindleIn(ctx, b.store(), "run", testdata("slices"), "--mb", mb)
		if err != nil {
			return err
		}
		ours = append(ours, took)
		if took, err = b.spindleIn(ctx, b.store(), "run", flow, "--mb", mb); err != nil {
			return err
		}
		theirs = append(theirs, took)
	}
	o, t := median(ours), median(theirs)
	fmt.Printf("| a []float64 of %s MB, saved and loaded by the next step | %.2f s | %.2f s (a numpy array in Python) | %.2f of it |\n", mb, o.Seconds(), t.Seconds(), float64(o)/float64(t))
	return nil
}

const numpyFlow = `import numpy as np

from metaflow import FlowSpec, Parameter, step


class Big(FlowSpec):
    mb = Parameter("mb", default=256)

    @step
    def start(self):
        self.array = np.random.default_rng(7).random(self.mb * 131072)
        self.next(self.end)

    @step
    def end(self):
        assert self.array.shape == (self.mb * 131072,)


if __name__ == "__main__":
    Big()
`
