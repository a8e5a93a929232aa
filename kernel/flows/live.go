package flows

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/graph/view"
	"github.com/spindle-flow/spindle/engine/run"
)

// redraw is how often a picture of a run is drawn anew at most: every drawing goes to all frontends.
const redraw = 150 * time.Millisecond

// live is the picture of a run that changes in place.
type live struct {
	graph *graph.Graph
	id    string
	st    *stage

	mu     sync.Mutex // guards the rest
	steps  map[string]*tally
	head   string
	run    string // its id
	shown  string
	late   *time.Timer // draws what came too soon after the last drawing
	drawn  time.Time
	closed bool
}

// tally counts the tasks of a step.
type tally struct {
	running, done, failed, total int
	began, ended                 time.Time
}

func newLive(g *graph.Graph, id string, st *stage) *live {
	l := &live{graph: g, id: id, st: st, steps: map[string]*tally{}, head: g.Flow.Name + " is starting"}
	for _, name := range g.Order {
		l.steps[name] = &tally{}
	}
	return l
}

// event follows the run.
func (l *live) event(ev run.Event) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch e := ev.(type) {
	case run.RunStarted:
		l.run = e.Run
		l.head = fmt.Sprintf("%s, run %s", e.Flow, e.Run)
	case run.TaskStarted:
		if t := l.steps[e.Task.Step]; t != nil {
			t.running++
			if t.began.IsZero() {
				t.began = e.At
			}
		}
	case run.TaskForeach:
		if n := l.graph.Node(e.Task.Step); n != nil {
			for _, to := range n.Out {
				if t := l.steps[to]; t != nil {
					t.total += e.N
				}
			}
		}
	case run.Cloned:
		if t := l.steps[e.Task.Step]; t != nil {
			t.done++
		}
	case run.TaskFinished:
		l.finished(e.Task.Step, e.At, false)
	case run.TaskFailed:
		if t := l.steps[e.Task.Step]; t != nil && e.Retried {
			t.running--
		} else {
			l.finished(e.Task.Step, e.At, true)
		}
	case run.RunDone:
		l.head += fmt.Sprintf(": done, %d tasks in %s", e.Tasks, shortTime(e.At.Sub(e.Started)))
	case run.RunFailed:
		word := "failed"
		if e.Interrupted {
			word = "was stopped"
		}
		l.head += ": " + word
	default:
		return
	}
	l.plan()
}

func (l *live) finished(step string, at time.Time, failed bool) {
	t := l.steps[step]
	if t == nil {
		return
	}
	t.running, t.ended = max(0, t.running-1), at
	if failed {
		t.failed++
	} else {
		t.done++
	}
}

func shortTime(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%dms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1fs", d.Seconds())
}

// plan draws now, or soon when that was a moment ago.
func (l *live) plan() {
	if l.closed || l.late != nil {
		return
	}
	wait := redraw - time.Since(l.drawn)
	if wait <= 0 {
		l.draw()
		return
	}
	l.late = time.AfterFunc(wait, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.late = nil
		if !l.closed {
			l.draw()
		}
	})
}

func (l *live) draw() {
	l.drawn = time.Now()
	states := map[string]view.State{}
	var lines []string
	for _, name := range l.graph.Order {
		t := l.steps[name]
		s := t.state()
		s.Room = view.Room(l.graph.Node(name), view.State{Kind: "running", Note: widest(t)})
		states[name] = s
		lines = append(lines, strings.TrimSpace(fmt.Sprintf("%s [%s %s", name, s.Kind, s.Note))+"]")
	}
	text := l.head + "\n" + strings.Join(lines, "\n")
	if text == l.shown {
		return
	}
	first := l.shown == ""
	l.shown = text
	l.st.display(map[string]any{"image/svg+xml": view.SVG(l.graph, states, l.head), "text/plain": text}, l.id, !first)
}

func (t *tally) state() view.State {
	total := max(t.total, t.running+t.done+t.failed)
	s := view.State{Kind: "waiting"}
	switch {
	case t.failed > 0:
		s.Kind = "failed"
	case t.running > 0 || t.done > 0 && t.done < total:
		s.Kind = "running"
	case t.done > 0:
		s.Kind = "done"
	}
	switch {
	case total > 1:
		s.Note = fmt.Sprintf("%d/%d", t.done, total)
	case s.Kind == "done" && t.began.IsZero():
		s.Note = "kept" // of an earlier run, or of what was spun
	case s.Kind == "done":
		s.Note = shortTime(t.ended.Sub(t.began))
	}
	return s
}

// widest is the longest note that a step gets in a run, as far as one can tell.
func widest(t *tally) string {
	if total := max(t.total, t.running+t.done+t.failed); total > 1 {
		return fmt.Sprintf("%d/%d", total, total)
	}
	return "000ms"
}

// end draws the last picture, if there was a run.
func (l *live) end() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed = true
	if l.late != nil {
		l.late.Stop()
	}
	if l.run != "" {
		l.draw()
	}
}
