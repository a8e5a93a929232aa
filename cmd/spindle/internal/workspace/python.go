package workspace

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/version"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/engine/worker/interpreter"
	sdk "github.com/spindle-flow/spindle/python"
)

// importLimit is how long importing a flow may take; SPINDLE_IMPORT_LIMIT (seconds) replaces it.
const importLimit = 5 * time.Minute

const importVariable = "SPINDLE_IMPORT_LIMIT"

// Python is the interpreter for a flow, with all that a process of it needs.
type Python struct {
	Found interpreter.Found
	SDK   string // the folder of the SDK
	// Version is that of the interpreter, known once a worker has started.
	Version string
	ws      *Workspace
	env     []string
	out     io.Writer
	err     io.Writer
	sure    bool // the SDK was looked at
}

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

// KnownPython is Python for who will most likely get a worker that runs already: whether the SDK is whole is looked at when one is started.
func (w *Workspace) KnownPython(ctx context.Context, flowDir, flag string, out, errOut io.Writer) (*Python, error) {
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

// Program is the arguments of the interpreter that make it a worker.
func (p *Python) Program() worker.Program {
	return worker.Program{Argv: []string{"-m", "spindle.worker"}, Env: p.env, Dir: p.ws.Dir}
}

// TaskProgram is how a process for one task starts.
func (p *Python) TaskProgram() worker.Program {
	program := p.Program()
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

// launcher starts a worker's process otherwise than by executing the interpreter.
type launcher func(ctx context.Context, control, stdout, stderr *os.File) (worker.Launched, error)

func (p *Python) start(ctx context.Context, launch launcher) (*worker.Worker, error) {
	limit := importLimit
	if text := p.ws.Env(importVariable); text != "" {
		seconds, err := time.ParseDuration(text + "s")
		if err != nil || seconds <= 0 {
			return nil, fault.Usagef("%s=%q is not a number of seconds", importVariable, text)
		}
		limit = seconds
	}
	options := worker.Options{
		Program:   p.Program(),
		Engine:    worker.Identity{Version: version.Number, File: p.ws.Executable},
		Stdout:    pass(p.out),
		Stderr:    pass(p.err),
		Limit:     limit,
		LimitHint: "an import that needs longer gets it with " + importVariable + "=<seconds>",
		Launch:    launch,
	}
	var w *worker.Worker
	var err error
	if launch == nil {
		w, err = p.Found.Start(ctx, options)
	} else {
		options.Argv = p.TaskProgram().Argv
		w, err = worker.Start(ctx, options)
	}
	if err == nil {
		p.Version = w.Hello().Version
	}
	return w, err
}

func pass(w io.Writer) func([]byte) {
	return func(b []byte) {
		// Whoever closed the stream does not want to hear it.
		_, _ = w.Write(b)
	}
}

// DescribeFlow asks a worker what a flow is. What Python says against it comes back as faults.
func DescribeFlow(ctx context.Context, w *worker.Worker, given string, req worker.DescribeRequest) (*worker.Description, error) {
	d, err := w.Describe(ctx, req)
	if bad, ok := errors.AsType[*worker.FlowError](err); ok {
		if bad.Kind == worker.KindDebugger {
			return nil, fault.Usagef("%s", bad.Message) // nothing of the flow's
		}
		if bad.File == "" {
			bad.File = req.Source
		}
		return nil, OfFlowError(given, bad)
	}
	return d, err
}

// Dir is the folder of the flow's file.
func (f *Flow) Dir() string { return filepath.Dir(f.File) }
