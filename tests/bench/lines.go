package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// side is one of the two programs under comparison.
type side struct {
	name string
	argv []string // what stands before `flow.py verb …`
}

func (b *bench) spindleSide() side {
	return side{"spindle", []string{b.spindle, "exec-flow", "--python", b.peer, "--"}}
}

func (b *bench) peerSide() side { return side{"metaflow", []string{b.peer}} }

// line is one row of the table.
type line struct {
	name   string
	target string
	runs   int // 0: the -n flag
	peer   peerPart
	tasks  int // for a per-task figure
	work   func(ctx context.Context, s side, store string) (sample, error)
	// Instead of work, both sides with all samples:
	editor func(ctx context.Context) (row, error)
	spin   func(ctx context.Context) (row, error)
}

type peerPart int

const (
	peerAlways peerPart = iota
	peerSlow            // only with -slow-peer, and once
	peerNever
)

func (l line) wanted(only string) bool { return strings.Contains(l.name, only) }

func (b *bench) lines() []line {
	return append([]line{
		{name: "3-step flow, whole command", target: "≤ 0.2 s, 12 times less", work: b.command("linear.py", "run")},
		{name: "foreach of 100 empty steps, whole command", target: "≤ 0.6 s, 60 times less", tasks: 103, work: b.command("fan.py", "run")},
		{name: "foreach of 1,000", target: "≤ 4 ms a task", tasks: 1003, peer: peerSlow,
			work: b.command("fan.py", "run", "--n", "1000", "--max-num-splits", "1000")},
		{name: "foreach of 10,000", target: "per task ≤ 1.3 of the 1,000 case, < 150 MB", tasks: 10003, runs: 3, peer: peerNever,
			work: b.command("fan.py", "run", "--n", "10000", "--max-num-splits", "10000")},
		{name: "`check` of a 20-step flow", target: "≤ 25 ms, 20 times less", work: b.command("check.py", "check")},
		{name: "resume of a 1,000-task run whose last step failed", target: "≤ 1.5 s", peer: peerSlow, work: b.resume},
		{name: "1 GB numpy artifact, saved and loaded by the next step", target: "3 times less", runs: 3, work: b.command("big.py", "run")},
	}, append(b.editorLines(), b.spinLines()...)...)
}

// command measures one whole command in a store of its own.
func (b *bench) command(flow string, args ...string) func(context.Context, side, string) (sample, error) {
	return func(ctx context.Context, s side, store string) (sample, error) {
		return b.exec(ctx, s, store, append([]string{flow}, args...), nil)
	}
}

// resume makes a run that fails in its last step (not measured) and measures the resume.
func (b *bench) resume(ctx context.Context, s side, store string) (sample, error) {
	marker := filepath.Join(store, "go-on")
	env := []string{"BENCH_MARKER=" + marker}
	if _, err := b.exec(ctx, s, store, []string{"again.py", "run", "--max-num-splits", "1000"}, env); err == nil {
		return sample{}, fmt.Errorf("the run to be resumed did not fail")
	}
	if err := os.WriteFile(marker, nil, 0o644); err != nil {
		return sample{}, err
	}
	return b.exec(ctx, s, store, []string{"again.py", "resume", "--max-num-splits", "1000"}, env)
}
