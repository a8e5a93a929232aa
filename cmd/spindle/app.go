package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/exitcode"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/flowcmd"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/options"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/transfers"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/config/deploy"
)

// app is what every verb works with. One is made per process.
type app struct {
	io     *streams.IO
	top    *options.Top
	ws     *workspace.Workspace
	moving *transferView
	// json is true when the command's output is to be JSON, its failure too.
	json bool
	// atExit are run on every way out, the last first: they give the terminal back.
	atExit []func()
	// target makes the target of a kind that deploys from some surroundings.
	target func(kind string, ws *workspace.Workspace) (deploy.Target, error)
	// exit ends the process when waiting is over; os.Exit but in tests.
	exit func(code int)
}

func systemApp() *app {
	io := streams.System(os.Getenv)
	top := options.NewTop()
	a := &app{io: io, top: top, ws: workspace.System(top), target: targetOf, exit: os.Exit}
	a.moving = &transferView{silent: func() bool { return a.top.Quiet || a.json }}
	if io.ErrTTY {
		a.moving.line = transfers.NewLine(io.Err, io.Size, io.Unicode, a.ws.Now)
	}
	a.ws.Watch = a.moving.progress
	return a
}

const issues = "https://github.com/spindle-flow/spindle/issues"

// execute runs one command line and returns the code to exit with.
func execute(a *app, args []string) (code exitcode.Code) {
	defer func() {
		if value := recover(); value != nil {
			code = a.fail(&fault.Bug{Value: value, Stack: debug.Stack()})
		}
	}()
	a.json = wantsJSON(args)
	root := newRoot(a)
	root.SetArgs(flowcmd.Reorder(flowcmd.Pairs(args)))
	_, err := root.ExecuteContextC(context.Background())
	if err != nil {
		return a.fail(err)
	}
	a.leave()
	return exitcode.OK
}

// leave gives back what the command has taken of the terminal.
func (a *app) leave() {
	for _, f := range slices.Backward(a.atExit) {
		f()
	}
	a.atExit = nil
}

// fail tells the user about err and returns the code for it.
func (a *app) fail(err error) exitcode.Code {
	a.leave()
	code := exitcode.Of(err)
	err = workspace.WithRemedy(err)
	var flowFaults *report.Faults
	hasFaults := errors.As(err, &flowFaults)
	switch {
	case a.json && hasFaults && flowFaults.Shown:
	case a.json && hasFaults:
		report.WriteFailure(a.io.Err, err, flowFaults.Diagnostics)
	case a.json:
		report.WriteFailure(a.io.Err, err, nil)
	case hasFaults && !flowFaults.Shown:
		fmt.Fprint(a.io.Err, a.printer(a.io.ErrPalette()).Text(flowFaults.Diagnostics))
		if flowFaults.Trace != "" {
			fmt.Fprintf(a.io.Err, "\n%s\n", strings.TrimRight(flowFaults.Trace, "\n"))
		}
	case errors.As(err, new(*fault.Reported)), hasFaults:
	default:
		a.sayError(err)
	}
	return code
}

func (a *app) sayError(err error) {
	p := a.io.ErrPalette()
	fmt.Fprintf(a.io.Err, "%s %s\n", p.Red("spindle:"), strings.TrimRight(err.Error(), "\n"))
	if hint := fault.Hint(err); hint != "" {
		for line := range strings.Lines(hint) {
			fmt.Fprintf(a.io.Err, "    %s\n", strings.TrimRight(line, "\n"))
		}
	}
	if usage, ok := errors.AsType[*fault.Usage](err); ok && usage.Command != "" {
		fmt.Fprintf(a.io.Err, "    `%s --help` shows what there is\n", usage.Command)
	}
	if bug, ok := errors.AsType[*fault.Bug](err); ok {
		fmt.Fprintf(a.io.Err, "%s\nThis is a fault of Spindle. Please report it with the text above: %s\n", bug.Stack, issues)
	}
}

func (a *app) printer(p streams.Palette) *report.Printer {
	return &report.Printer{Palette: p, Dir: a.ws.Dir}
}

// say tells something that is not data. Nothing is said under --quiet or when the output is JSON.
func (a *app) say(format string, args ...any) {
	if a.top.Quiet || a.json {
		return
	}
	fmt.Fprintf(a.io.Err, format+"\n", args...)
}

// wantsJSON is known before the options are, so that wrong options are JSON failures too.
func wantsJSON(args []string) bool {
	if i := slices.Index(args, "--"); i >= 0 && args[0] != "exec-flow" {
		args = args[:i]
	}
	if slices.Contains(args, "run") || slices.Contains(args, "resume") {
		return false
	}
	i := slices.Index(args, "--format")
	return slices.Contains(args, "--json") || slices.Contains(args, "--format=json") || i >= 0 && i+1 < len(args) && args[i+1] == "json"
}
