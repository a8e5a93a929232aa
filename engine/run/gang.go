package run

import (
	"sync"
	"sync/atomic"

	"github.com/spindle-flow/spindle/engine/run/machine"
)

// gang lets the control task of a parallel step be stored last: a reader, and a resume by Metaflow, take a finished control task to mean
// that all nodes have finished. A nil gang is that of an ordinary task.
type gang struct {
	others sync.WaitGroup // nodes other than the control task
	failed atomic.Bool    // one of them has
}

// gangOf is the gang of a task about to start; that of the control task is new with each attempt.
func (r *runner) gangOf(c machine.StartTask) *gang {
	if c.Node == nil {
		return nil
	}
	if c.Node.Index == 0 {
		g := &gang{}
		g.others.Add(c.Node.Count - 1)
		r.gangs[c.Task] = g
		return g
	}
	g := r.gangs[c.Node.Control]
	if c.Node.Index == c.Node.Count-1 {
		delete(r.gangs, c.Node.Control)
	}
	return g
}

// report says what became of a node, after the loop has been told: of several failures the first to happen is the one reported.
func (g *gang) report(a *attempt, msg message) {
	if g == nil || a.start.Node.Index == 0 {
		return
	}
	if _, ok := msg.(stored); !ok {
		g.failed.Store(true)
	}
	g.others.Done()
}

// wait returns, for the control task, whether the other nodes have finished well.
func (g *gang) wait(a *attempt) bool {
	if g == nil || a.start.Node.Index > 0 {
		return true
	}
	g.others.Wait()
	return !g.failed.Load()
}
