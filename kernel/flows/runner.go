package flows

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/spindle-flow/spindle/engine/run"
	source "github.com/spindle-flow/spindle/engine/source/golang"
	"github.com/spindle-flow/spindle/kernel/cells"
)

// Runner runs the cells about flows.
type Runner struct {
	host  Host
	newID func() string
	temp  string // a folder for temporary files
	// flowsOfGo reads flows in Go, cellsOfGo their packages with a cell in them: each keeps what the other has no use for.
	flowsOfGo, cellsOfGo *source.Session

	mu      sync.Mutex // guards the rest
	book    book       // the attached flow, nil for none; replaced, never changed
	source  *Source    // of book
	cancel  context.CancelFunc
	stage   *stage
	origin  string // as the user named it with %origin, empty for none
	warned  bool   // that the file has changed on disk
	goState goState
	// configs are the files attached to the flow's configs, NAME=FILE.
	configs []string
}

// New is a runner without a flow. newID never gives the same twice; temp is a folder for temporary files.
func New(host Host, newID func() string, temp string) *Runner {
	return &Runner{host: host, newID: newID, temp: temp, flowsOfGo: source.NewSession(), cellsOfGo: source.NewSession()}
}

var _ cells.Runner = (*Runner)(nil)

// Claims takes cells of this package's magics, and those that define steps.
func (r *Runner) Claims(code string) bool {
	first, _ := cut(code)
	if name, args, ok := magic(first); ok {
		return r.owns(name, args)
	}
	b, _ := r.attached()
	if g, ok := b.(*goBook); ok {
		return g.claims(first)
	}
	return definesSteps(code) || definesGoSteps(code)
}

// owns says whether a magic is meant for us: some share their names with IPython's.
func (r *Runner) owns(name, args string) bool {
	if _, known := magics()[name]; !known {
		return false
	}
	_, s := r.attached()
	switch name {
	case "run":
		return s != nil && (args == "" || strings.HasPrefix(args, "-"))
	case "save":
		return s != nil && args == ""
	case "config":
		return namesConfig(args)
	}
	return true
}

// attached is the flow as it stands.
func (r *Runner) attached() (book, *Source) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.book, r.source
}

// Files are those that a debugger's user may want to see: that of the attached flow.
func (r *Runner) Files() []string {
	b, s := r.attached()
	if s == nil || b.inCell() || isGo(b) {
		return nil
	}
	return []string{s.File}
}

// attach makes a book the flow, once it has been read.
func (r *Runner) attach(ctx context.Context, b book) (*Source, error) {
	s, err := b.source(ctx)
	if err != nil {
		return nil, err
	}
	if s.Flow == nil {
		return nil, faultError(s)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.book, r.source = b, s
	return s, nil
}

func faultError(s *Source) error {
	if len(s.Faults) == 0 {
		return fmt.Errorf("no flow can be told from %s", s.File)
	}
	f := s.Faults[0]
	file, line := s.Where(f.Range.File, f.Range.Start.Line)
	return fmt.Errorf("%s, line %d: %s", file, line, f.Message)
}

// errNoFlow says what to do first.
var errNoFlow = errors.New("no flow is attached: %flow train.py attaches one (%flow ./train one in Go), %%flow holds one in a cell")

// needed is the attached flow, or an error that says how to attach one.
func (r *Runner) needed() (book, *Source, error) {
	b, s := r.attached()
	if s == nil {
		return nil, nil, errNoFlow
	}
	return b, s, nil
}

// Run runs a cell.
func (r *Runner) Run(ctx context.Context, c cells.Cell, out cells.Output) cells.Outcome {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	if b, _ := r.attached(); isGo(b) {
		c.Debug = nil // the debuggers of notebooks are Python's
	}
	st := newStage(out, c.Debug)
	r.mu.Lock()
	r.cancel, r.stage = cancel, st
	r.mu.Unlock()
	defer func() {
		r.mu.Lock()
		r.cancel, r.stage = nil, nil
		r.mu.Unlock()
	}()
	err := r.cell(ctx, c, st)
	switch {
	case err == nil:
		return cells.Outcome{Status: "ok"}
	case ctx.Err() != nil:
		return cells.Failed(out, "KeyboardInterrupt", "the "+st.runs+" was stopped, with all it had started")
	}
	if p, ok := errors.AsType[*panicError](err); ok {
		return p.show(out)
	}
	name, text := nameOf(err)
	return cells.Failed(out, name, text)
}

// nameOf is an error as a notebook shows it.
func nameOf(err error) (name, text string) {
	if step, ok := errors.AsType[*run.StepError](err); ok {
		return "StepFailed", fmt.Sprintf("step %s%s", step.Step, whyOf(step))
	}
	if errors.As(err, new(*compileError)) {
		return "CompileError", err.Error()
	}
	if errors.As(err, new(*cellError)) || errors.Is(err, errFaults) {
		return "FlowError", err.Error()
	}
	return "FlowError", strings.TrimSpace(err.Error())
}

// whyOf goes on with a sentence that begins with the step's name.
func whyOf(step *run.StepError) string {
	e := step.Exception
	switch {
	case e != nil && strings.TrimSpace(e.Message) == "":
		return ": " + e.Type
	case e != nil:
		return ": " + e.Type + ": " + strings.TrimSpace(e.Message)
	case step.Reason == "":
		return ": " + step.Error()
	}
	for _, verb := range []string{"was ", "exited ", "ended ", "did "} {
		if strings.HasPrefix(step.Reason, verb) {
			return " " + strings.TrimSpace(step.Reason)
		}
	}
	return ": " + strings.TrimSpace(step.Reason)
}

// cell runs the lines of a cell of magics, or the steps it defines.
func (r *Runner) cell(ctx context.Context, c cells.Cell, st *stage) error {
	name := fmt.Sprintf("Cell In[%d]", c.Count)
	first, rest := cut(c.Code)
	if strings.HasPrefix(first, "%%") {
		m, args, _ := magic(first)
		if m == "flow" {
			return r.wholeFlow(ctx, name, c.Code, args, st)
		}
		if b, _ := r.attached(); m == "spin" && (b == nil && definesSteps(rest) || b != nil && b.definesSteps(rest)) {
			return r.defineSteps(ctx, name, c.Code, args, st)
		}
		return fmt.Errorf("%%%%%s is no magic for a cell; %%%%flow and %%%%spin are", m)
	}
	if _, _, ok := magic(first); !ok {
		if b, _ := r.attached(); isGo(b) && !b.definesSteps(c.Code) {
			return r.evaluateGo(ctx, c, name, st)
		}
		return r.defineSteps(ctx, name, c.Code, "", st)
	}
	var todo []string
	for n, line := range strings.Split(c.Code, "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if m, args, ok := magic(line); !ok || !r.owns(m, args) && m != "run" && m != "save" {
			return &cellError{name, n + 1, fmt.Sprintf("a cell with %s holds magics of flows alone; put the rest into another", strings.Fields(first)[0])}
		}
		todo = append(todo, line)
	}
	for _, line := range todo {
		m, args, _ := magic(line)
		list, err := fields(args)
		if err == nil {
			err = magics()[m].do(r, ctx, list, st)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// cut is the first line that says something, and what follows.
func cut(code string) (first, rest string) {
	for code != "" {
		first, code, _ = strings.Cut(code, "\n")
		if t := strings.TrimSpace(first); t != "" && !strings.HasPrefix(t, "#") {
			return strings.TrimRight(first, " \t\r"), code
		}
	}
	return "", ""
}

// magic reads a line of a magic.
func magic(line string) (name, args string, ok bool) {
	rest, ok := strings.CutPrefix(line, "%")
	if !ok {
		return "", "", false
	}
	rest = strings.TrimPrefix(rest, "%")
	name, args, _ = strings.Cut(rest, " ")
	return name, strings.TrimSpace(args), name != ""
}

// Interrupt stops what the cell runs; asked again, it kills it.
func (r *Runner) Interrupt(again bool) {
	r.mu.Lock()
	cancel, st := r.cancel, r.stage
	r.mu.Unlock()
	if cancel != nil {
		cancel()
	}
	if again && st != nil {
		st.kill()
	}
}

// magicNames are the magics in order.
func magicNames() []string {
	names := make([]string, 0, len(magics()))
	for name := range magics() {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}
