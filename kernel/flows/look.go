package flows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/graph/view"
	"github.com/spindle-flow/spindle/spin"
)

// look reads the workbench. done gives back what that has opened; tasks can be read until then.
func (r *Runner) look(ctx context.Context) (*spin.Standing, func(), error) {
	_, s, err := r.needed()
	if err != nil {
		return nil, nil, err
	}
	v, done, err := r.host.View(ctx, s)
	if err != nil {
		return nil, nil, err
	}
	standing, err := v.Look(ctx, s.Graph.Order, r.named())
	if err != nil {
		done()
		return nil, nil, err
	}
	return standing, done, nil
}

func (r *Runner) named() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.origin
}

// spunSteps are the steps that were spun, in order of their names.
func spunSteps(s *spin.Standing) []string {
	var names []string
	for step, tasks := range s.Steps {
		if slices.ContainsFunc(tasks, func(t spin.Seen) bool { return t.Seq > 0 }) {
			names = append(names, step)
		}
	}
	sort.Strings(names)
	return names
}

// states are those of all steps, for a drawing.
func states(s *Source, b book, standing *spin.Standing) map[string]view.State {
	all := map[string]view.State{}
	for _, name := range s.Graph.Order {
		tasks := standing.Steps[name]
		var st view.State
		switch {
		case slices.ContainsFunc(tasks, func(t spin.Seen) bool { return t.Seq > 0 }):
			st.Kind = "spun"
		case slices.Contains(b.defined(), name):
			st.Kind = "edited"
		case len(tasks) > 0:
			st.Kind = "done"
		default:
			st.Kind = "waiting"
		}
		if len(tasks) > 1 {
			st.Note = fmt.Sprintf("%d tasks", len(tasks))
		}
		all[name] = st
	}
	return all
}

func (r *Runner) magicGraph(ctx context.Context, _ []string, st *stage) error {
	b, s, err := r.current(ctx, st)
	if err != nil {
		return err
	}
	standing, done, err := r.look(ctx)
	if err != nil {
		return err
	}
	defer done()
	st.display(picture(s, states(s, b, standing)), "", false)
	return nil
}

// picture is the drawing of a flow in the forms it has.
func picture(s *Source, states map[string]view.State) map[string]any {
	var lines []string
	for _, name := range s.Graph.Order {
		line := name
		if st := states[name]; st.Kind != "" {
			line += " [" + strings.TrimSpace(st.Kind+" "+st.Note) + "]"
		}
		if out := s.Graph.Node(name).Out; len(out) > 0 {
			line += " -> " + strings.Join(out, ", ")
		}
		lines = append(lines, line)
	}
	return map[string]any{"image/svg+xml": view.SVG(s.Graph, states, ""), "text/plain": strings.Join(lines, "\n")}
}

// tasksOf are the newest task, or all of a step.
func (r *Runner) tasksOf(standing *spin.Standing, args []string) ([]spin.Seen, error) {
	if len(args) == 0 {
		if standing.Newest == nil {
			return nil, errors.New("there is no task yet: %run runs the flow, %spin STEP --bootstrap a step and those before it")
		}
		return []spin.Seen{*standing.Newest}, nil
	}
	tasks := standing.Steps[args[0]]
	if len(tasks) == 0 {
		return nil, fmt.Errorf("step %q has no finished task", args[0])
	}
	return tasks, nil
}

// artifactNames are what a task left, the engine's own left out.
func artifactNames(objects artifact.Objects) []string {
	var names []string
	for name := range objects {
		if !strings.HasPrefix(name, "_") && name != "name" {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

func (r *Runner) magicArtifacts(ctx context.Context, args []string, st *stage) error {
	_, s, err := r.needed()
	if err != nil {
		return err
	}
	standing, done, err := r.look(ctx)
	if err != nil {
		return err
	}
	defer done()
	tasks, err := r.tasksOf(standing, args)
	if err != nil {
		return err
	}
	for i := range tasks {
		t := &tasks[i]
		g := grid{head: t.Pathspec(), names: []string{"artifact", "type", "size", "value"}}
		if t.Seq > 0 {
			g.head += ", spun"
		}
		for _, name := range artifactNames(t.Objects) {
			ref := t.Objects[name]
			g.add("", name, typeName(ref.Type), spin.SizeText(ref.Size), shortOf(ctx, t, s.Flow.Name, name))
		}
		g.show(st)
	}
	return nil
}

// typeName is the short name of a type as it is stored: <class 'int'>.
func typeName(t string) string {
	t = strings.TrimSuffix(strings.TrimPrefix(t, "<class '"), "'>")
	return t[strings.LastIndexByte(t, '.')+1:]
}

func (r *Runner) magicDiff(ctx context.Context, args []string, st *stage) error {
	_, s, err := r.needed()
	if err != nil {
		return err
	}
	if len(args) != 1 {
		return errors.New("say which step: %diff STEP")
	}
	v, done, err := r.host.View(ctx, s)
	if err != nil {
		return err
	}
	defer done()
	standing, err := v.Look(ctx, s.Graph.Order, r.named())
	if err != nil {
		return err
	}
	spun, changes, err := v.Diff(ctx, standing, args[0])
	if err != nil {
		return err
	}
	if len(spun) == 0 {
		return fmt.Errorf("step %q was not spun; %%spin %s spins it", args[0], args[0])
	}
	for i, t := range spun {
		g := grid{head: t.Pathspec() + " against run " + orNone(standing.Origin), names: []string{"", "artifact", "type", "size", "value"}}
		for _, c := range changes[i] {
			g.change(c)
		}
		g.show(st)
	}
	return nil
}

func (r *Runner) magicLogs(ctx context.Context, args []string, st *stage) error {
	_, s, err := r.needed()
	if err != nil {
		return err
	}
	standing, done, err := r.look(ctx)
	if err != nil {
		return err
	}
	defer done()
	tasks, err := r.tasksOf(standing, args)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		at := artifact.Task{Flow: s.Flow.Name, Run: t.Run, Step: t.Step, Task: t.Task}
		attempt, err := t.Store.LatestDone(at)
		if err != nil {
			return err
		}
		for _, stream := range []string{"stdout", "stderr"} {
			lines, err := t.Store.ReadLog(at, attempt, stream)
			if err != nil {
				continue // it has printed nothing there
			}
			for _, line := range lines {
				st.Stream(stream, fmt.Sprintf("[%s/%s] %s\n", t.Step, t.Task, strings.ToValidUTF8(string(line.Text), "�")))
			}
		}
	}
	return nil
}
