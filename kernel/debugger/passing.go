package debugger

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// arguments are those of requests that are passed on to the process they are about. What is not of its type is refused here: a server may give up over it.
type arguments struct {
	Thread       *int64  `json:"threadId,omitempty"`
	Frame        *int64  `json:"frameId,omitempty"`
	Variables    *int64  `json:"variablesReference,omitempty"`
	Source       *int64  `json:"sourceReference,omitempty"`
	Expression   *string `json:"expression,omitempty"`
	Context      *string `json:"context,omitempty"`
	Name         *string `json:"name,omitempty"`
	Value        *string `json:"value,omitempty"`
	Text         *string `json:"text,omitempty"`
	Line         *int64  `json:"line,omitempty"`
	Column       *int64  `json:"column,omitempty"`
	Start        *int64  `json:"start,omitempty"`
	Count        *int64  `json:"count,omitempty"`
	StartFrame   *int64  `json:"startFrame,omitempty"`
	Levels       *int64  `json:"levels,omitempty"`
	SingleThread *bool   `json:"singleThread,omitempty"`
}

// passed are the requests that are passed on, with the arguments they need.
var passed = map[string][]string{
	"stackTrace": {"threadId"}, "scopes": {"frameId"}, "evaluate": {"expression", "frameId"}, "setVariable": {"variablesReference", "name", "value"},
	"setExpression": {"expression", "value", "frameId"}, "completions": {"text", "column", "frameId"}, "exceptionInfo": {"threadId"}, "continue": {"threadId"},
	"next": {"threadId"}, "stepIn": {"threadId"}, "stepOut": {"threadId"}, "pause": {"threadId"},
}

// ofStopped are the requests about a thread that has stopped. One that has not would be answered when it has gone on: never.
var ofStopped = []string{"continue", "next", "stepIn", "stepOut", "exceptionInfo"}

var errPassed = errors.New("it is no longer there: the program has gone on since")

// pass passes a request on.
func (d *Debugger) pass(ctx context.Context, r request) later {
	needs, known := passed[r.Command]
	if !known {
		return now(failed("this debugger does not know %q", r.Command))
	}
	args, err := r.arguments(needs)
	if err != nil {
		return now(reply{err: err})
	}
	if slices.Contains(ofStopped, r.Command) {
		if err := d.aim(args); err != nil {
			return now(reply{err: err})
		}
	}
	p, err := d.owned(args)
	if err != nil {
		return now(reply{err: err})
	}
	finish := d.wait(ctx, p, p.send(r.Command, args))
	if r.Command != "scopes" {
		return finish
	}
	return func() reply {
		result := finish()
		d.noteScopes(p, result)
		return result
	}
}

func (r request) arguments(needs []string) (*arguments, error) {
	args := &arguments{}
	if err := r.read(args); err != nil {
		return nil, err
	}
	var given map[string]json.RawMessage
	_ = json.Unmarshal(r.Arguments, &given) // it has been read before
	for _, name := range needs {
		if value, found := given[name]; !found || string(value) == "null" {
			return nil, fmt.Errorf("%s needs %s", r.Command, strings.Join(needs, ", "))
		}
	}
	return args, nil
}

// aim takes the thread that has stopped last for one that has not: JupyterLab goes on with thread 1 whichever has stopped.
func (d *Debugger) aim(args *arguments) error {
	stopped := d.stoppedThreads()
	switch {
	case len(stopped) == 0:
		if !d.Started() {
			return errNotStarted
		}
		return errors.New("nothing is stopped")
	case !slices.Contains(stopped, *args.Thread):
		*args.Thread = stopped[len(stopped)-1]
	}
	return nil
}

// owned puts the numbers of a process in the place of the frontend's, and says which process that is.
func (d *Debugger) owned(args *arguments) (*process, error) {
	main, err := d.plain()
	if errors.Is(err, errNotStarted) {
		return nil, err
	}
	var owner *process
	for kind, field := range map[string]*int64{"frameId": args.Frame, "variablesReference": args.Variables, "sourceReference": args.Source} {
		if field == nil {
			continue
		}
		w, known := d.numbers.find(kind, *field)
		if !known || w.of == nil {
			return nil, errPassed
		}
		owner, *field = w.of, w.n
	}
	if args.Thread != nil {
		w, known := d.numbers.find("threadId", *args.Thread)
		if !known {
			return nil, errors.New("there is no such thread")
		}
		owner, *args.Thread = w.of, w.n
	}
	if owner == nil {
		return main, err
	}
	return owner, nil
}

// noteScopes remembers which numbers are lists of a frame's variables.
func (d *Debugger) noteScopes(p *process, result reply) {
	text, err := json.Marshal(result.body)
	var list struct {
		Scopes []struct {
			Variables int64 `json:"variablesReference"`
		} `json:"scopes"`
	}
	if err != nil || json.Unmarshal(text, &list) != nil {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range list.Scopes {
		if w, known := d.numbers.find("variablesReference", s.Variables); known {
			p.scopes[w.n] = true
		}
	}
}

// threads are those of all processes.
func (d *Debugger) threads(ctx context.Context, _ request) later {
	main, err := d.plain()
	if err != nil {
		return now(reply{err: err})
	}
	d.mu.Lock()
	processes := []*process{main}
	for p := range d.processes {
		if p != main {
			processes = append(processes, p)
		}
	}
	d.mu.Unlock()
	answers := make([]<-chan message, len(processes))
	for i, p := range processes {
		answers[i] = p.send("threads", nil)
	}
	return func() reply {
		list := []any{}
		for i, answer := range answers {
			body, err := await(ctx, answer)
			if err != nil {
				continue // it has ended, and its threads with it
			}
			if m, ok := d.numbers.translate(processes[i], body).(map[string]any); ok {
				threads, _ := m["threads"].([]any)
				list = append(list, threads...)
			}
		}
		return reply{body: map[string]any{"threads": list}}
	}
}

// internal are variables of a notebook that are not the user's.
var internal = []string{
	"__name__", "__doc__", "__package__", "__loader__", "__spec__", "__annotations__", "__builtins__", "__builtin__", "__display__", "get_ipython", "debugpy",
	"exit", "quit", "open", "In", "Out", "_oh", "_dh", "_ih", "_", "__", "___", "_i", "_ii", "_iii", "display", "clear_output",
}

// shownVariable says whether a variable of a notebook is the user's.
func shownVariable(name string) bool {
	if slices.Contains(internal, name) {
		return false
	}
	rest := strings.TrimPrefix(strings.TrimPrefix(name, "_"), "i")
	return !strings.HasPrefix(name, "_") || rest == "" || strings.Trim(rest, "0123456789") != ""
}
