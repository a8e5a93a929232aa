package flows

import (
	"context"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/run"
)

// current is the attached flow, read again when its file was saved and no cell has edited it.
func (r *Runner) current(ctx context.Context, st *stage) (book, *Source, error) {
	b, s, err := r.needed()
	if err != nil || b.inCell() {
		return b, s, err
	}
	if !b.stale() {
		// Helper modules may have changed: what lint says of the flow depends on them.
		s, err := r.attach(ctx, b)
		return b, s, err
	}
	if !b.edited() {
		next, err := b.again()
		if err != nil {
			return nil, nil, err
		}
		s, err := r.attach(ctx, next)
		return next, s, err
	}
	r.mu.Lock()
	warned := r.warned
	r.warned = true
	r.mu.Unlock()
	if !warned {
		st.Stream("stderr", "Note: "+r.short(s.File)+" has changed on disk; with edits in cells it stays as it was. %revert, or %flow, reads it again.\n")
	}
	return b, s, nil
}

// defineSteps lets the steps of a cell replace those of the flow, and spins them.
func (r *Runner) defineSteps(ctx context.Context, cell, code, options string, st *stage) error {
	b, _, err := r.current(ctx, st)
	if err != nil {
		return err
	}
	args, err := fields(options)
	if err != nil {
		return err
	}
	next, steps, err := b.define(ctx, cell, code)
	if err != nil {
		return err
	}
	s, err := next.source(ctx)
	if err != nil {
		return err
	}
	if err := judge(s, cell, st); err != nil {
		return err
	}
	if s, err = r.attach(ctx, next); err != nil {
		return err
	}
	slices.SortStableFunc(steps, func(x, y string) int { return slices.Index(s.Graph.Order, x) - slices.Index(s.Graph.Order, y) })
	for _, step := range steps {
		if err := r.spin(ctx, s, append([]string{step}, args...), st); err != nil {
			return err
		}
	}
	return nil
}

// spin spins a step and shows what changed.
func (r *Runner) spin(ctx context.Context, s *Source, args []string, st *stage) error {
	if err := judge(s, "", st); err != nil {
		return err
	}
	r.mu.Lock()
	origin := r.origin
	r.mu.Unlock()
	if origin != "" && !slices.ContainsFunc(args, func(a string) bool { return strings.HasPrefix(a, "--origin") || strings.Contains(a, "/") }) {
		args = append(slices.Clone(args), "--origin", origin)
	}
	s = s.debugged(st.debug)
	st.knows(s)
	st.named = slices.Contains(args, "--all")
	res, err := r.host.Spin(ctx, s, r.withConfigs(args), st)
	if res != nil {
		for _, t := range res.Tasks {
			g := changesOf(t, len(res.Tasks) > 1)
			g.show(st)
		}
	}
	if ctx.Err() != nil {
		return run.ErrInterrupted
	}
	return err
}

var className = regexp.MustCompile(`(?m)^class\s+(\w+)\s*\(.*FlowSpec`)

// wholeFlow attaches the flow that a cell holds.
func (r *Runner) wholeFlow(ctx context.Context, cell, code, args string, st *stage) error {
	list, err := fields(args)
	if err != nil {
		return err
	}
	name := "flow.py"
	if m := className.FindStringSubmatch(code); m != nil {
		name = strings.ToLower(m[1]) + ".py"
	}
	if len(list) > 0 {
		name = list[0]
	}
	file, class, language := r.place(name)
	if language == graph.Go {
		return fmt.Errorf("a cell holds no flow in Go, which is a package: write it into a file of a folder of its own; %%flow %s attaches that", filepath.Dir(name))
	}
	lead := code[:strings.Index(code, "%%flow")]
	b := cellBook(filepath.Clean(file), cell, code[len(lead):])
	b.class, b.first, b.cells = class, b.first+strings.Count(lead, "\n"), map[string]string{cell: code}
	s, err := b.source(ctx)
	if err != nil {
		return err
	}
	if s.Flow != nil {
		_ = judge(s, cell, st) // a flow that is being begun may have faults; nothing is run here
	}
	return r.enter(ctx, b, st)
}
