package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
	"unicode/utf8"

	"github.com/spindle-flow/spindle/kernel/flows"
)

// cellVariable names the file that says what a cell of Go is given; the descriptor after stderr is its lifeline. Package flow reads both.
const cellVariable = "SPINDLE_CELL"

// cellGrace is how long an interrupted cell of Go may take to end by itself; what it has left open is then closed for it.
const cellGrace = time.Second

// lastWords is how long output is waited for once the process has ended: others that it has started may have its streams.
const lastWords = 200 * time.Millisecond

// Evaluate builds a cell of Go and runs it.
func (h flowHost) Evaluate(ctx context.Context, e flows.Evaluation, stage flows.Stage) error {
	binary, err := h.app.ws.BuildGo(ctx, e.Dir, e.Texts)
	if err != nil {
		return err
	}
	defer binary.Close()
	given := filepath.Join(e.Results, "given.json")
	if err := os.WriteFile(given, e.Cell, 0o600); err != nil {
		return fmt.Errorf("tell the cell what it is given: %w", err)
	}
	ours, theirs, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("start the cell: %w", err)
	}
	defer theirs.Close() // until now: the process ends when it is closed
	cmd := exec.Command(binary.Path)
	cmd.Dir = h.app.ws.Dir
	cmd.Env = append(slices.Clone(h.app.ws.Environ), cellVariable+"="+given)
	cmd.ExtraFiles = []*os.File{ours}
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	err = follow(ctx, cmd, ours, stage)
	if ended := new(exec.ExitError); errors.As(err, &ended) {
		return fmt.Errorf("the cell's process %s", endOf(ended))
	}
	return err
}

// endOf is how a process ended.
func endOf(e *exec.ExitError) string {
	if status, ok := e.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return "was killed by " + status.Signal().String()
	}
	return fmt.Sprintf("exited with code %d", e.ExitCode())
}

// follow runs a process to its end and shows what it prints. It ends what the process leaves behind.
func follow(ctx context.Context, cmd *exec.Cmd, lifeline *os.File, stage flows.Stage) error {
	out := &textWriter{to: func(text string) { stage.Stream("stdout", text) }}
	errs := &textWriter{to: func(text string) { stage.Stream("stderr", text) }}
	cmd.Stdout, cmd.Stderr, cmd.WaitDelay = out, errs, lastWords
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start the cell: %w", errors.Join(err, lifeline.Close()))
	}
	_ = lifeline.Close() // theirs from here on
	group := -cmd.Process.Pid
	ended := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() { endGroup(ctx, group, ended) })
	err := cmd.Wait()
	close(ended)
	watching.Wait()
	_ = syscall.Kill(group, syscall.SIGKILL) // what it has started and left
	out.flush()
	errs.flush()
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, exec.ErrWaitDelay):
		return nil // somebody it has started would have printed on
	}
	return err
}

// endGroup ends a process group when the context is done before the process has ended: politely, and a moment later for good.
func endGroup(ctx context.Context, group int, ended <-chan struct{}) {
	select {
	case <-ended:
		return
	case <-ctx.Done():
	}
	_ = syscall.Kill(group, syscall.SIGINT) // it may have ended
	late := time.NewTimer(cellGrace)
	defer late.Stop()
	select {
	case <-ended:
	case <-late.C:
		_ = syscall.Kill(group, syscall.SIGKILL)
	}
}

// textWriter passes on text as it comes. A character that comes in pieces is kept until it is whole.
type textWriter struct {
	to   func(text string)
	held []byte
}

// Write implements io.Writer.
func (w *textWriter) Write(b []byte) (int, error) {
	all := append(w.held, b...)
	whole := len(all)
	for back := 1; back < utf8.UTFMax && back <= len(all); back++ {
		if utf8.RuneStart(all[len(all)-back]) {
			if !utf8.FullRune(all[len(all)-back:]) {
				whole = len(all) - back
			}
			break
		}
	}
	if whole > 0 {
		w.to(strings.ToValidUTF8(string(all[:whole]), "\uFFFD"))
	}
	w.held = slices.Clone(all[whole:])
	return len(b), nil
}

func (w *textWriter) flush() {
	if len(w.held) > 0 {
		w.to("\uFFFD")
		w.held = nil
	}
}
