package run

import (
	"time"

	"github.com/spindle-flow/spindle/engine/run/machine"
)

// board remembers what the observer was last told of the steps.
type board struct {
	order   []int // steps of the plan in the order they began
	began   map[int]time.Time
	running map[int]bool
}

// watch reports progress when a step gets its first task or loses its last one.
func (r *runner) watch() {
	if r.cfg.Observer == nil {
		return
	}
	b := &r.board
	if b.began == nil {
		b.began, b.running = map[int]time.Time{}, map[int]bool{}
	}
	changed := false
	for i, c := range r.m.Counts() {
		if _, ok := b.began[i]; !ok && c.Running+c.Done > 0 {
			b.began[i] = r.cfg.Clock.Now()
			b.order = append(b.order, i)
		}
		if running := c.Running > 0; running != b.running[i] {
			b.running[i] = running
			changed = true
		}
	}
	if changed {
		r.progress()
	}
}

func (r *runner) progress() {
	if r.cfg.Observer == nil {
		return
	}
	counts := r.m.Counts()
	p := Progress{At: r.cfg.Clock.Now(), Started: r.started, Queued: r.m.Queued()}
	for _, i := range r.board.order {
		p.Steps = append(p.Steps, stepProgress(counts[i], r.board.began[i]))
	}
	for _, name := range r.cfg.Graph.Order {
		for i, c := range counts {
			if _, began := r.board.began[i]; c.Step == name && !began {
				p.NotStarted = append(p.NotStarted, name)
			}
		}
	}
	r.emit(p)
}

func stepProgress(c machine.Count, began time.Time) StepProgress {
	return StepProgress{Step: c.Step, Running: c.Running, Done: c.Done, Failed: c.Failed, Total: c.Total, Started: began}
}
