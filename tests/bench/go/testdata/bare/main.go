// Command bare does, with nothing around it, what the cheapest possible task of a Go flow must do: start a program, wait for it, write as
// many files of the same size as a task leaves, and put all on disk, one sync for sixteen tasks. It prints the seconds that a task took.
//
//	bare PROGRAM DIR TASKS FILES SIZE
package main

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

const batch = 16

func main() {
	took, err := run(os.Args[1:])
	if err != nil {
		fmt.Fprintln(os.Stderr, "bare:", err)
		os.Exit(1)
	}
	fmt.Println(took.Seconds())
}

// run returns how long a task took.
func run(args []string) (time.Duration, error) {
	if len(args) != 5 {
		return 0, errors.New("bare PROGRAM DIR TASKS FILES SIZE")
	}
	var numbers [3]int
	for i, text := range args[2:] {
		n, err := strconv.Atoi(text)
		if err != nil {
			return 0, err
		}
		numbers[i] = n
	}
	b := bare{program: args[0], dir: args[1], files: numbers[1], content: make([]byte, numbers[2])}
	if err := os.MkdirAll(b.dir, 0o755); err != nil {
		return 0, err
	}
	root, err := os.Open(b.dir)
	if err != nil {
		return 0, err
	}
	defer root.Close()
	began := time.Now()
	for first := 0; first < numbers[0]; first += batch {
		if err := b.tasks(first, min(batch, numbers[0]-first)); err != nil {
			return 0, err
		}
		if err := unix.Syncfs(int(root.Fd())); err != nil {
			return 0, err
		}
	}
	return time.Since(began) / time.Duration(numbers[0]), nil
}

type bare struct {
	program, dir string
	files        int
	content      []byte
}

// tasks does some tasks, as many at once as there are processors.
func (b bare) tasks(first, count int) error {
	places, faults := make(chan struct{}, runtime.NumCPU()), make([]error, count)
	var all sync.WaitGroup
	for i := range count {
		places <- struct{}{}
		all.Go(func() {
			defer func() { <-places }()
			faults[i] = b.task(first + i)
		})
	}
	all.Wait()
	return errors.Join(faults...)
}

func (b bare) task(number int) error {
	if err := exec.Command(b.program).Run(); err != nil {
		return err
	}
	dir := filepath.Join(b.dir, strconv.Itoa(number))
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	for i := range b.files {
		if err := os.WriteFile(filepath.Join(dir, strconv.Itoa(i)), b.content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
