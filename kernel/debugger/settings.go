package debugger

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
)

// settings are what the frontend has set, for processes that come later.
type settings struct {
	attach     map[string]any
	files      []string // with breakpoints, in the order in which they were set
	lines      map[string]setBreakpoints
	functions  *setFunctions
	exceptions *setExceptions
}

// breakpoint is where to stop, and when.
type breakpoint struct {
	Line         int64   `json:"line"`
	Column       *int64  `json:"column,omitempty"`
	Condition    *string `json:"condition,omitempty"`
	HitCondition *string `json:"hitCondition,omitempty"`
	LogMessage   *string `json:"logMessage,omitempty"`
}

type setBreakpoints struct {
	Source struct {
		Path string `json:"path"`
		Name string `json:"name,omitempty"`
	} `json:"source"`
	Breakpoints []breakpoint `json:"breakpoints"`
}

type setFunctions struct {
	Breakpoints []struct {
		Name         string  `json:"name"`
		Condition    *string `json:"condition,omitempty"`
		HitCondition *string `json:"hitCondition,omitempty"`
	} `json:"breakpoints"`
}

type setExceptions struct {
	Filters []string `json:"filters"`
	Options []struct {
		Path []struct {
			Negate bool     `json:"negate,omitempty"`
			Names  []string `json:"names"`
		} `json:"path,omitempty"`
		Mode string `json:"breakMode"`
	} `json:"exceptionOptions,omitempty"`
}

// attachment is what of an attach request is meant for this kernel; where to attach is not.
type attachment struct {
	JustMyCode      *bool `json:"justMyCode"`
	ShowReturnValue *bool `json:"showReturnValue"`
	ResumesAll      *bool `json:"steppingResumesAllThreads"`
}

// arguments are those of the request to attach that a process gets. Nobody wants to step through the kernel.
func (a attachment) arguments(sdk string) map[string]any {
	args := map[string]any{"justMyCode": true, "rules": []any{map[string]any{"path": sdk + "/**", "include": false}}}
	for name, value := range map[string]*bool{
		"justMyCode": a.JustMyCode, "showReturnValue": a.ShowReturnValue, "steppingResumesAllThreads": a.ResumesAll,
	} {
		if value != nil {
			args[name] = *value
		}
	}
	return args
}

// configure attaches to a process and tells it all that is set. It returns what the process can do.
func (d *Debugger) configure(ctx context.Context, p *process) (json.RawMessage, error) {
	able, err := p.call(ctx, "initialize", initializeArguments())
	if err != nil {
		return nil, err
	}
	_, err = d.attach(ctx, p)
	return able, err
}

func initializeArguments() map[string]any {
	return map[string]any{
		"adapterID": "debugpy", "clientID": "spindle", "linesStartAt1": true, "columnsStartAt1": true, "pathFormat": "path",
		"supportsVariableType": true, "supportsVariablePaging": true,
	}
}

// attach begins to debug a process, with all that is set.
func (d *Debugger) attach(ctx context.Context, p *process) (json.RawMessage, error) {
	d.mu.Lock()
	set := d.settings
	traced := d.traced
	files := slices.Clone(set.files)
	d.mu.Unlock()
	body, err := p.call(ctx, "attach", set.attach)
	if err != nil {
		return nil, err
	}
	for _, file := range files {
		p.send("setBreakpoints", set.lines[file])
	}
	if set.functions != nil {
		p.send("setFunctionBreakpoints", set.functions)
	}
	if set.exceptions != nil {
		p.send("setExceptionBreakpoints", set.exceptions)
	}
	if _, err := p.call(ctx, "configurationDone", nil); err != nil || !p.main {
		return body, err
	}
	select {
	case <-traced:
		return body, nil
	case <-ctx.Done():
		return nil, errors.New("the Python process does not answer; it may be busy outside of Python")
	}
}

// keep remembers the breakpoints of a file.
func (s *settings) keep(b setBreakpoints) {
	file := b.Source.Path
	files := slices.DeleteFunc(slices.Clone(s.files), func(f string) bool { return f == file })
	lines := map[string]setBreakpoints{}
	for _, f := range files {
		lines[f] = s.lines[f]
	}
	if len(b.Breakpoints) > 0 {
		files, lines[file] = append(files, file), b
	}
	s.files, s.lines = files, lines
}

// moved takes over the lines at which a process has really set breakpoints.
func (s *settings) moved(file string, lines []int64) {
	b, known := s.lines[file]
	if !known || len(lines) != len(b.Breakpoints) {
		return
	}
	b.Breakpoints = slices.Clone(b.Breakpoints)
	for i, line := range lines {
		if line > 0 {
			b.Breakpoints[i].Line = line
		}
	}
	s.keep(b)
}
