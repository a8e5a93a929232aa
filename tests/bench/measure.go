package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"syscall"
	"time"
)

type bench struct {
	options
	dir    string
	rows   []row
	stores int
	bare   float64 // seconds per task, see bareCost
	// pyright is the command of the other language server, nil where it can't be had.
	pyright []string
}

// sample is one measured command.
type sample struct {
	wall   time.Duration
	cpu    time.Duration
	maxRSS int64 // KiB, of the command itself
}

// row is one line of the table with its samples.
type row struct {
	line
	ours, theirs []sample
	peerName     string // of another peer than metaflow
}

// measure runs the two sides alternately.
func (b *bench) measure(ctx context.Context, l line) (row, error) {
	if l.editor != nil {
		return b.measureEditor(ctx, l)
	}
	if l.spin != nil {
		r, err := l.spin(ctx)
		r.line = l
		return r, err
	}
	r := row{line: l}
	runs := l.runs
	if runs == 0 {
		runs = b.runs
	}
	for i := range runs {
		s, err := b.once(ctx, l, b.spindleSide())
		if err != nil {
			return r, err
		}
		r.ours = append(r.ours, s)
		if l.peer == peerNever || l.peer == peerSlow && (!b.slowPeer || i > 0) {
			continue
		}
		if s, err = b.once(ctx, l, b.peerSide()); err != nil {
			return r, err
		}
		r.theirs = append(r.theirs, s)
	}
	return r, nil
}

// measureEditor makes ready what the rows about editors need, and measures one.
func (b *bench) measureEditor(ctx context.Context, l line) (row, error) {
	if _, err := os.Stat(b.editorDir()); err != nil {
		if err := b.writeEditorFlows(); err != nil {
			return row{}, err
		}
		if err := b.installPyright(ctx); err != nil {
			return row{}, err
		}
	}
	r, err := l.editor(ctx)
	r.line = l
	return r, err
}

// once measures one command in a fresh store. Stores are removed only when all is done: after a mass deletion ext4 takes many times
// longer to create a file for a minute or so, which would measure the benchmark instead of the two programs.
func (b *bench) once(ctx context.Context, l line, s side) (sample, error) {
	b.stores++
	store := filepath.Join(b.dir, fmt.Sprintf("%s-%d", s.name, b.stores))
	if err := os.MkdirAll(store, 0o755); err != nil {
		return sample{}, err
	}
	got, err := l.work(ctx, s, store)
	if err != nil {
		return got, fmt.Errorf("%s: %w", s.name, err)
	}
	return got, nil
}

func (b *bench) exec(ctx context.Context, s side, store string, args, env []string) (sample, error) {
	argv := append(append([]string{}, s.argv...), args...)
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = b.dir
	cmd.Env = append(os.Environ(), "METAFLOW_USER=bench", "METAFLOW_DATASTORE_SYSROOT_LOCAL="+store)
	cmd.Env = append(cmd.Env, env...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	begin := time.Now()
	err := cmd.Run()
	got := sample{wall: time.Since(begin)}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		got.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		got.maxRSS = usage.Maxrss
	}
	if err != nil {
		return got, fmt.Errorf("%v: %w\n%s", args, err, tail(out.Bytes(), 2000))
	}
	return got, nil
}

func tail(b []byte, n int) []byte {
	if len(b) > n {
		b = b[len(b)-n:]
	}
	return b
}

func median(samples []sample, of func(sample) float64) float64 {
	values := make([]float64, len(samples))
	for i, s := range samples {
		values[i] = of(s)
	}
	sort.Float64s(values)
	if len(values) == 0 {
		return 0
	}
	return values[len(values)/2]
}

func wall(s sample) float64 { return s.wall.Seconds() }
