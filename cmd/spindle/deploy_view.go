package main

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/mattn/go-runewidth"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/planout"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/config/deploy"
)

// deployView shows how an apply goes: a line for each variant that is done, and on a terminal one below them about those that are under way.
type deployView struct {
	*app
	total int
	now   func() time.Time
	done  chan struct{}

	mu      sync.Mutex
	ended   int                  // guarded by mu, like the rest
	begun   map[string]time.Time // variants under way
	phases  map[string]deploy.Phase
	order   []string
	width   int // of the widest name
	showing bool
}

func (d *deployment) newDeployView(plan *deploy.Plan, total int) *deployView {
	v := &deployView{app: d.app, total: total, now: d.ws.Now, done: make(chan struct{}), begun: map[string]time.Time{}, phases: map[string]deploy.Phase{}}
	for _, c := range plan.Changes {
		if c.Action != deploy.Keep {
			v.width = max(v.width, runewidth.StringWidth(c.Variant))
		}
	}
	if v.live() {
		go v.tick()
	}
	return v
}

func (v *deployView) live() bool { return v.io.ErrTTY && !v.json && !v.top.Quiet }

// tick keeps the times of what is under way moving.
func (v *deployView) tick() {
	t := time.NewTicker(time.Second)
	defer t.Stop()
	for {
		select {
		case <-v.done:
			return
		case <-t.C:
			v.mu.Lock()
			v.redraw()
			v.mu.Unlock()
		}
	}
}

// event implements deploy.Applier's Observe.
func (v *deployView) event(e deploy.Event) {
	v.mu.Lock()
	defer v.mu.Unlock()
	switch e.Phase {
	case deploy.Done, deploy.Failing:
		took := time.Duration(0)
		if began, ok := v.begun[e.Variant]; ok {
			took = v.now().Sub(began)
		}
		delete(v.phases, e.Variant)
		v.ended++
		v.erase()
		v.tell(e, took)
	default:
		if _, known := v.begun[e.Variant]; !known {
			v.begun[e.Variant] = v.now()
			v.order = append(v.order, e.Variant)
		}
		v.phases[e.Variant] = e.Phase
	}
	v.redraw()
}

// tell says what became of a variant.
func (v *deployView) tell(e deploy.Event, took time.Duration) {
	if v.json {
		return
	}
	p := v.io.ErrPalette()
	name := e.Variant + strings.Repeat(" ", v.width-runewidth.StringWidth(e.Variant))
	if e.Err == nil {
		v.say("%s %s  %s", v.mark(true), name, p.Dim(strings.TrimSpace(planout.Past(e.Action)+"  "+duration(took))))
		return
	}
	err := workspace.WithRemedy(e.Err)
	text := ": " + strings.ReplaceAll(strings.TrimRight(err.Error(), "\n"), "\n", "\n    ")
	var faults *report.Faults
	if errors.As(e.Err, &faults) {
		text = "" // they are shown in full
	}
	fmt.Fprintf(v.io.Err, "%s %s  %s%s\n", v.mark(false), p.Bold(name), p.Red("failed"), text)
	if faults != nil {
		fmt.Fprint(v.io.Err, v.printer(p).Text(faults.Diagnostics))
		if faults.Trace != "" {
			fmt.Fprintf(v.io.Err, "\n%s\n", strings.TrimRight(faults.Trace, "\n"))
		}
	}
	if hint := fault.Hint(err); hint != "" {
		fmt.Fprintf(v.io.Err, "    %s\n", hint)
	}
}

func (v *deployView) mark(good bool) string {
	p := v.io.ErrPalette()
	switch {
	case good && v.io.Unicode:
		return p.Green("✓")
	case good:
		return p.Green("ok")
	case v.io.Unicode:
		return p.Red("✗")
	}
	return p.Red("!!")
}

func (v *deployView) erase() {
	if v.showing {
		fmt.Fprint(v.io.Err, "\r\x1b[K")
		v.showing = false
	}
}

// redraw writes the line about what is under way.
func (v *deployView) redraw() {
	if !v.live() {
		return
	}
	v.erase()
	var parts []string
	for _, name := range v.order {
		if phase, ok := v.phases[name]; ok {
			part := fmt.Sprintf("%s %s", phase, name)
			if took := v.now().Sub(v.begun[name]); took >= time.Second {
				part += " " + duration(took.Truncate(time.Second))
			}
			parts = append(parts, part)
		}
	}
	if len(parts) == 0 {
		return
	}
	text := fmt.Sprintf("%d of %d  %s", v.ended, v.total, strings.Join(parts, ", "))
	fmt.Fprint(v.io.Err, runewidth.Truncate(text, max(v.io.Size().Width-1, 10), "…"))
	v.showing = true
}

func (v *deployView) close() {
	v.mu.Lock()
	defer v.mu.Unlock()
	close(v.done)
	v.erase()
}
