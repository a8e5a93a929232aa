package workspace

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/engine/worker/gobinary"
)

// Go is the binary of a flow written in Go.
type Go struct {
	binary  *gobinary.Binary
	version string
	ws      *Workspace
	out     io.Writer
	err     io.Writer
}

var _ Program = (*Go)(nil)

// program builds the flow's binary, or takes the one that --binary names: `go run ./train run` has built it already.
func (goLanguage) program(ctx context.Context, w *Workspace, at Place, o ProgramOptions) (Program, error) {
	p := &Go{ws: w, out: o.Out, err: o.Err}
	var err error
	if w.Top.Binary != "" {
		if p.binary, err = gobinary.Open(w.Abs(w.Top.Binary)); err != nil {
			return nil, fault.Usagef("--binary: %v", err)
		}
		return p, nil
	}
	if p.binary, err = w.build(ctx, gobinary.Options{Dir: at.Dir(), Cache: w.CacheDir(), Env: w.Environ, Overlay: o.Texts}); err != nil {
		return nil, buildFault(at.Given, err)
	}
	return p, nil
}

// BuildGo builds a program of a package with other texts of its files. Faults of the code are a [gobinary.Error].
func (w *Workspace) BuildGo(ctx context.Context, dir string, texts map[string][]byte) (*gobinary.Binary, error) {
	return w.build(ctx, gobinary.Options{Dir: dir, Cache: w.CacheDir(), Env: w.Environ, Overlay: texts})
}

// build builds in the cache, or where that can't be written in the temporary folder.
func (w *Workspace) build(ctx context.Context, o gobinary.Options) (*gobinary.Binary, error) {
	b, err := gobinary.Build(ctx, o)
	if errors.As(err, new(*fs.PathError)) {
		o.Cache = w.tempCache()
		if second, again := gobinary.Build(ctx, o); again == nil {
			return second, nil
		}
	}
	return b, err
}

// buildFault makes findings of what the go command says, like any other about a flow.
func buildFault(given string, err error) error {
	if errors.Is(err, gobinary.ErrNoGo) {
		return noGo()
	}
	bad, ok := errors.AsType[*gobinary.Error](err)
	if !ok {
		return err
	}
	faults := &report.Faults{Flow: given}
	for _, f := range bad.Faults {
		d := lint.Diagnostic{Code: "build", Severity: lint.Error, Message: f.Message, Detail: f.Detail}
		if d.Range.File = f.File; f.File == "" {
			d.Range.File = bad.Dir
		}
		if f.Line > 0 {
			d.Range.Start = graph.Pos{Line: f.Line, Column: columnOf(f)}
			d.Range.End = d.Range.Start
		}
		faults.Diagnostics = append(faults.Diagnostics, d)
	}
	return faults
}

// noGo is the error of a flow in Go where there is no go command.
func noGo() error {
	return fault.WithHint(&fault.Usage{Message: gobinary.ErrNoGo.Error()}, "get it from https://go.dev/dl, and put its bin folder on the PATH")
}

// columnOf is a fault's column in code points: the compiler counts bytes.
func columnOf(f gobinary.Fault) int {
	text, err := os.ReadFile(f.File)
	if err != nil {
		return max(f.Column, 1)
	}
	lines := strings.SplitAfterN(string(text), "\n", f.Line+1)
	if len(lines) < f.Line || f.Column < 1 || f.Column > len(lines[f.Line-1])+1 {
		return max(f.Column, 1)
	}
	return len([]rune(lines[f.Line-1][:f.Column-1])) + 1
}

// Language implements [Program].
func (p *Go) Language() Language { return goLanguage{} }

// Version is that of the Go that has built the binary, known once a worker has started.
func (p *Go) Version() string { return p.version }

// Grace implements [Program]. A binary has nothing to import.
func (p *Go) Grace() time.Duration { return 5 * time.Second }

// Binary is the path of the flow's program.
func (p *Go) Binary() string { return p.binary.Path }

// Close implements [Program].
func (p *Go) Close() error { return p.binary.Close() }

// Task is how a process for one task starts: as the worker does, it is told by a variable what it is for.
func (p *Go) Task() worker.Program {
	env := make([]string, 0, len(p.ws.Environ)+1)
	for _, entry := range p.ws.Environ {
		if !strings.HasPrefix(entry, "SPINDLE_BIN=") {
			env = append(env, entry)
		}
	}
	return worker.Program{Argv: []string{p.binary.Path}, Env: append(env, "SPINDLE_BIN="+p.ws.Executable), Dir: p.ws.Dir}
}

// Start starts the binary as a worker.
func (p *Go) Start(ctx context.Context) (*worker.Worker, error) {
	options, err := p.ws.workerOptions(p.Task(), p.out, p.err)
	if err != nil {
		return nil, err
	}
	w, err := worker.Start(ctx, options)
	if death, ok := errors.AsType[*worker.DeathError](err); ok && death.Cause == nil {
		// What it has printed has been shown.
		return nil, fault.WithHint(fmt.Errorf("the flow's program %s before it said what the flow is", death.Exit),
			"its func main has to call flow.Main, and nothing before that may end the program")
	}
	if err != nil {
		return nil, err
	}
	p.version = strings.TrimPrefix(w.Hello().Version, "go")
	return w, nil
}

// goLanguage is Go.
type goLanguage struct{}

func (goLanguage) Name() string { return graph.Go }

// complete checks that the binary is that of the source: decorators and values of parameters are the binary's to tell, the graph is the source's.
func (goLanguage) complete(_ context.Context, f *Flow, d *worker.Description) (bool, error) {
	if d.Name != f.Static.Name {
		return false, fault.WithHint(fault.Usagef("the program of %q runs the flow %s, not %s", f.Given, d.Name, f.Static.Name), "give flow.Main in its package a &%s{}", f.Static.Name)
	}
	source, binary := stepsOf(f.Static), map[string]bool{}
	for _, s := range d.Steps {
		binary[s.Name] = true
		if !source[s.Name] {
			return false, otherSource(f, fmt.Sprintf("has a step %q", s.Name))
		}
	}
	for name := range source {
		if !binary[name] {
			return false, otherSource(f, fmt.Sprintf("has no step %q", name))
		}
	}
	return false, nil
}

func stepsOf(f *graph.Flow) map[string]bool {
	names := map[string]bool{}
	for _, s := range f.Steps {
		names[s.Name] = true
	}
	return names
}

func otherSource(f *Flow, difference string) error {
	return fault.WithHint(fault.Usagef("the program of %q is not that of its source: it %s", f.Given, difference), "build it anew: `spindle run %s` does", f.Given)
}
