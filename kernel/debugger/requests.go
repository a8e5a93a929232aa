package debugger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// request is a request of a frontend.
type request struct {
	Seq       int64           `json:"seq"`
	Type      string          `json:"type"`
	Command   string          `json:"command"`
	Arguments json.RawMessage `json:"arguments"`
}

// read reads the arguments. None at all are empty ones.
func (r request) read(into any) error {
	if len(r.Arguments) == 0 {
		return nil
	}
	if err := json.Unmarshal(r.Arguments, into); err != nil {
		return fmt.Errorf("wrong arguments of %q: %w", r.Command, err)
	}
	return nil
}

// later is an answer that is waited for while other requests are dealt with.
type later func() reply

func now(r reply) later { return func() reply { return r } }

// handlers are the requests that are not merely passed on.
func handlers() map[string]func(*Debugger, context.Context, request) later {
	return map[string]func(*Debugger, context.Context, request) later{
		"initialize": (*Debugger).initialize, "attach": (*Debugger).attachAll, "configurationDone": (*Debugger).nothing,
		"disconnect": (*Debugger).disconnect, "terminate": (*Debugger).disconnect, "debugInfo": (*Debugger).info, "dumpCell": (*Debugger).dumpCell,
		"setBreakpoints": (*Debugger).setBreakpoints, "setFunctionBreakpoints": (*Debugger).setFunctions,
		"setExceptionBreakpoints": (*Debugger).setExceptions, "source": (*Debugger).source, "threads": (*Debugger).threads, "variables": (*Debugger).variables,
		"inspectVariables": (*Debugger).inspect, "richInspectVariables": (*Debugger).rich, "copyToGlobals": (*Debugger).copyToGlobals,
		"modules": (*Debugger).modules,
	}
}

// Do deals with the content of a debug_request, and gives the content of the debug_reply to answer: before it returns, or later, when a process has answered.
// Requests begin in the order of the calls. from is the frontend's connection.
func (d *Debugger) Do(ctx context.Context, from any, content json.RawMessage, answer func(content any)) {
	var r request
	if err := json.Unmarshal(content, &r); err != nil || r.Command == "" {
		answer(d.content(r, failed("a debug_request needs the command of a debugger, a text, and its seq, a number")))
		return
	}
	finish := d.begin(ctx, from, r)
	d.mu.Lock()
	closed := d.closed
	if !closed {
		d.serving.Add(1)
	}
	d.mu.Unlock()
	if closed {
		answer(d.content(r, failed("the kernel is being shut down")))
		return
	}
	go func() {
		defer d.serving.Done()
		answer(d.content(r, finish()))
	}()
}

func (d *Debugger) content(r request, result reply) any {
	content := map[string]any{"type": "response", "seq": d.nextSeq(), "request_seq": r.Seq, "command": r.Command, "success": result.err == nil}
	if result.err != nil {
		content["message"] = result.err.Error()
		content["body"] = map[string]any{}
		return content
	}
	content["body"] = result.body
	if result.body == nil {
		content["body"] = map[string]any{}
	}
	return content
}

// begin does what must be done in order.
func (d *Debugger) begin(ctx context.Context, from any, r request) later {
	d.turn.Lock()
	defer d.turn.Unlock()
	d.came(from)
	if handle := handlers()[r.Command]; handle != nil {
		return handle(d, ctx, r)
	}
	return d.pass(ctx, r)
}

// came notes that a frontend is there.
func (d *Debugger) came(from any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.users[from] = true
	if d.away != nil {
		d.away.Stop()
		d.away = nil
	}
}

var errNotStarted = errors.New("the debugger is not started")

// plain is the process of plain cells while it is debugged.
func (d *Debugger) plain() (*process, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !d.started {
		return nil, errNotStarted
	}
	if d.main == nil {
		return nil, errGone
	}
	return d.main, nil
}

func (d *Debugger) nothing(context.Context, request) later { return now(reply{}) }

func (d *Debugger) initialize(ctx context.Context, _ request) later {
	p, err := d.connect(ctx)
	if err != nil {
		return now(reply{err: err})
	}
	limited, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	body, err := p.call(limited, "initialize", initializeArguments())
	if err != nil {
		return now(reply{err: err})
	}
	able := map[string]any{}
	if err := json.Unmarshal(body, &able); err != nil {
		return now(reply{err: err})
	}
	for _, more := range []string{"supportsGotoTargetsRequest", "supportsStepInTargetsRequest", "supportsTerminateRequest", "supportTerminateDebuggee"} {
		delete(able, more)
	}
	d.mu.Lock()
	d.started = true
	d.mu.Unlock()
	return now(reply{body: able})
}

// attachAll begins to debug: the process of plain cells now, those of steps when they come.
func (d *Debugger) attachAll(ctx context.Context, r request) later {
	var args attachment
	if err := r.read(&args); err != nil {
		return now(reply{err: err})
	}
	p, err := d.plain()
	if err != nil {
		return now(reply{err: err})
	}
	python, err := d.opts.Python(ctx)
	if err != nil {
		return now(reply{err: err})
	}
	d.mu.Lock()
	d.settings.attach = args.arguments(python.SDK())
	d.mu.Unlock()
	limited, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	body, err := d.attach(limited, p)
	return now(reply{body: body, err: err})
}

func (d *Debugger) disconnect(ctx context.Context, _ request) later {
	d.stop(ctx)
	return now(reply{})
}

func (d *Debugger) info(context.Context, request) later {
	d.mu.Lock()
	started, set := d.started, d.settings
	d.mu.Unlock()
	breakpoints := make([]any, 0, len(set.files))
	for _, file := range set.files {
		breakpoints = append(breakpoints, map[string]any{"source": file, "breakpoints": set.lines[file].Breakpoints})
	}
	return now(reply{body: map[string]any{
		"isStarted": started, "hashMethod": hashMethod, "hashSeed": hashSeed, "tmpFilePrefix": d.opts.Folder + "/", "tmpFileSuffix": fileSuffix,
		"breakpoints": breakpoints, "stoppedThreads": d.stoppedThreads(), "richRendering": true, "exceptionPaths": []string{"Python Exceptions"},
		"copyToGlobals": true,
	}})
}

func (d *Debugger) dumpCell(_ context.Context, r request) later {
	var args struct {
		Code *string `json:"code"`
	}
	if err := r.read(&args); err != nil {
		return now(reply{err: err})
	}
	if args.Code == nil {
		return now(failed("dumpCell needs the code of a cell"))
	}
	file, err := d.dump(*args.Code)
	return now(reply{body: map[string]any{"sourcePath": file}, err: err})
}

// toAll sends to every process; the answer of that of plain cells is the answer.
func (d *Debugger) toAll(ctx context.Context, r request, args any) later {
	p, err := d.plain()
	if err != nil {
		return now(reply{err: err})
	}
	d.mu.Lock()
	others := make([]*process, 0, len(d.processes))
	for other := range d.processes {
		if other != p {
			others = append(others, other)
		}
	}
	d.mu.Unlock()
	for _, other := range others {
		other.send(r.Command, args)
	}
	return d.wait(ctx, p, p.send(r.Command, args))
}

func (d *Debugger) wait(ctx context.Context, p *process, answer <-chan message) later {
	return func() reply {
		body, err := await(ctx, answer)
		if err != nil {
			return reply{err: err}
		}
		return reply{body: d.numbers.translate(p, body)}
	}
}

func (d *Debugger) setBreakpoints(ctx context.Context, r request) later {
	args := setBreakpoints{}
	if err := r.read(&args); err != nil {
		return now(reply{err: err})
	}
	if args.Source.Path == "" || slices.ContainsFunc(args.Breakpoints, func(b breakpoint) bool { return b.Line < 1 }) {
		return now(failed("setBreakpoints needs source.path and breakpoints, each with a line"))
	}
	if args.Breakpoints == nil {
		args.Breakpoints = []breakpoint{}
	}
	if _, err := d.plain(); err != nil {
		return now(reply{err: err})
	}
	d.mu.Lock()
	d.settings.keep(args)
	d.mu.Unlock()
	finish := d.toAll(ctx, r, args)
	return func() reply {
		result := finish()
		d.learn(args.Source.Path, result)
		return result
	}
}

// learn notes at which lines breakpoints were set.
func (d *Debugger) learn(file string, result reply) {
	text, err := json.Marshal(result.body)
	if err != nil || result.err != nil {
		return
	}
	var set struct {
		Breakpoints []struct {
			Line int64 `json:"line"`
		} `json:"breakpoints"`
	}
	if json.Unmarshal(text, &set) != nil {
		return
	}
	lines := make([]int64, len(set.Breakpoints))
	for i, b := range set.Breakpoints {
		lines[i] = b.Line
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.settings.moved(file, lines)
}

func (d *Debugger) setFunctions(ctx context.Context, r request) later {
	args := &setFunctions{}
	if err := r.read(args); err != nil {
		return now(reply{err: err})
	}
	if _, err := d.plain(); err != nil {
		return now(reply{err: err})
	}
	d.mu.Lock()
	d.settings.functions = args
	d.mu.Unlock()
	return d.toAll(ctx, r, args)
}

func (d *Debugger) setExceptions(ctx context.Context, r request) later {
	args := &setExceptions{}
	if err := r.read(args); err != nil {
		return now(reply{err: err})
	}
	for _, o := range args.Options {
		if !slices.Contains([]string{"never", "always", "unhandled", "userUnhandled"}, o.Mode) {
			return now(failed("setExceptionBreakpoints does not know the breakMode %q", o.Mode))
		}
	}
	if args.Filters == nil {
		args.Filters = []string{}
	}
	if _, err := d.plain(); err != nil {
		return now(reply{err: err})
	}
	d.mu.Lock()
	d.settings.exceptions = args
	d.mu.Unlock()
	return d.toAll(ctx, r, args)
}
