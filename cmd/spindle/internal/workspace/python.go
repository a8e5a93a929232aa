package workspace

import (
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/engine/codepackage"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/engine/worker/interpreter"
	sdk "github.com/spindle-flow/spindle/python"
)

// Python is the interpreter for a flow, with all that a process of it needs.
type Python struct {
	Found   interpreter.Found
	SDK     string // the folder of the SDK
	version string
	ws      *Workspace
	env     []string
	out     io.Writer
	err     io.Writer
	sure    bool // the SDK was looked at
}

var _ Program = (*Python)(nil)

// Language implements [Program].
func (p *Python) Language() Language { return pythonLanguage{} }

// Version is that of the interpreter, known once a worker has started.
func (p *Python) Version() string { return p.version }

// Grace implements [Program].
func (p *Python) Grace() time.Duration { return 0 }

// Close implements [Program].
func (p *Python) Close() error { return nil }

// FindInterpreter finds the Python for the flow in a file; flag is the value of --python.
func (w *Workspace) FindInterpreter(ctx context.Context, flowDir, flag string) (interpreter.Found, error) {
	found, err := interpreter.Find(ctx, interpreter.Request{
		Flag: flag, FlowDir: flowDir, WorkDir: w.Dir, Env: w.Environ, CacheDir: w.CacheDir(),
	})
	if err != nil && flag != "" {
		return found, fault.Usagef("%v", err)
	}
	return found, err
}

// Python finds the interpreter and unpacks the SDK. What processes print outside of tasks goes to out and errOut.
func (w *Workspace) Python(ctx context.Context, flowDir, flag string, out, errOut io.Writer) (*Python, error) {
	found, err := w.FindInterpreter(ctx, flowDir, flag)
	if err != nil {
		return nil, err
	}
	p := &Python{Found: found, ws: w, out: out, err: errOut}
	return p, p.unpack()
}

// knownPython is Python for who will most likely get a worker that runs already: whether the SDK is whole is looked at when one is started.
func (w *Workspace) knownPython(ctx context.Context, flowDir, flag string, out, errOut io.Writer) (*Python, error) {
	dir, known := sdk.Known(w.CacheDir(), w.Executable)
	if !known {
		return w.Python(ctx, flowDir, flag, out, errOut)
	}
	found, err := w.FindInterpreter(ctx, flowDir, flag)
	if err != nil {
		return nil, err
	}
	return &Python{Found: found, SDK: dir, ws: w, env: w.childEnv(dir), out: out, err: errOut}, nil
}

// unpack makes sure of the SDK.
func (p *Python) unpack() (err error) {
	if p.sure {
		return nil
	}
	if p.SDK, err = p.ws.UnpackSDK(); err != nil {
		return err
	}
	p.sure, p.env = true, p.ws.childEnv(p.SDK)
	return nil
}

// UnpackSDK makes sure that the SDK lies unpacked in the cache, or where that cannot be written in the temporary folder.
func (w *Workspace) UnpackSDK() (string, error) {
	dir, err := sdk.Unpack(w.CacheDir())
	if err == nil {
		sdk.Note(w.CacheDir(), w.Executable, dir)
		return dir, nil
	}
	dir, second := sdk.Unpack(w.tempCache())
	if second != nil {
		return "", errors.Join(err, second)
	}
	return dir, nil
}

// childEnv is the environment of processes that run the flow's code.
func (w *Workspace) childEnv(sdkDir string) []string {
	path := sdkDir
	env := make([]string, 0, len(w.Environ)+2)
	for _, entry := range w.Environ {
		name, value, _ := strings.Cut(entry, "=")
		switch name {
		case "PYTHONPATH":
			if value != "" {
				path += string(os.PathListSeparator) + value
			}
		case "SPINDLE_BIN":
		default:
			env = append(env, entry)
		}
	}
	return append(env, "PYTHONPATH="+path, "SPINDLE_BIN="+w.Executable)
}

// worker is the arguments of the interpreter that make it a worker.
func (p *Python) worker() worker.Program {
	return worker.Program{Argv: []string{"-m", "spindle.worker"}, Env: p.env, Dir: p.ws.Dir}
}

// Task is how a process for one task starts.
func (p *Python) Task() worker.Program {
	program := p.worker()
	program.Argv = append([]string{p.Found.Path}, program.Argv...)
	return program
}

// Module is how a module of the SDK is run for a command of its own.
func (p *Python) Module(name string, args ...string) worker.Program {
	return worker.Program{Argv: append([]string{p.Found.Path, "-m", name}, args...), Env: p.env, Dir: p.ws.Dir}
}

// Start starts a worker.
func (p *Python) Start(ctx context.Context) (*worker.Worker, error) {
	if err := p.unpack(); err != nil {
		return nil, err
	}
	return p.start(ctx, nil)
}

func (p *Python) start(ctx context.Context, launch launcher) (*worker.Worker, error) {
	options, err := p.ws.workerOptions(p.worker(), p.out, p.err)
	if err != nil {
		return nil, err
	}
	options.Launch = launch
	var w *worker.Worker
	if launch == nil {
		w, err = p.Found.Start(ctx, options)
	} else {
		options.Argv = p.Task().Argv
		w, err = worker.Start(ctx, options)
	}
	if err == nil {
		p.version = w.Hello().Version
	}
	return w, err
}

// Code makes the code package of a flow.
func (p *Python) Code(ctx context.Context, flow *Flow, d *worker.Description) (*codepackage.Package, error) {
	o, err := p.ws.codeOptions(flow, d)
	if err != nil {
		return nil, err
	}
	if o.SDK, err = sdk.Sources(); err != nil {
		return nil, err
	}
	o.Info["python_version"], o.Info["python_version_code"] = p.version, p.version
	made, err := codepackage.Build(ctx, o)
	if err != nil {
		return nil, fault.Usagef("%v", err)
	}
	return made, nil
}
