package worker

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Describe has the worker import a flow and say what it is. A fault of the flow is a [*FlowError]; an import that does not end within
// the limit is one of kind hang, and the worker is gone then. A flow with configs asks for their values, by req.Configs.
func (w *Worker) Describe(ctx context.Context, req DescribeRequest) (*Description, error) {
	d, wanted, err := w.describeOnce(ctx, req)
	if wanted == nil {
		return d, err
	}
	if req.Configs == nil {
		return nil, fmt.Errorf("describe %q: %s has configs, and nobody is there to read them", req.Source, wanted.Flow)
	}
	values, err := req.Configs(ctx, wanted.Flow, wanted.Configs)
	if err != nil {
		return nil, err
	}
	req.Options = maps.Clone(req.Options)
	if req.Options == nil {
		req.Options = map[string]any{}
	}
	req.Options[ConfigsOption] = values
	if d, wanted, err = w.describeOnce(ctx, req); wanted != nil {
		return nil, &ProtocolError{Problem: "configs were asked for twice"}
	}
	return d, err
}

func (w *Worker) describeOnce(ctx context.Context, req DescribeRequest) (*Description, *configsWanted, error) {
	got := make(chan described, 1)
	w.importing(+1)
	err := w.request(
		func(id int64) error { return w.conn.Write(describeMessage{"describe", id, req}) },
		func(m Message, err error) {
			w.importing(-1)
			got <- descriptionOf(m, err)
		})
	if err != nil {
		return nil, nil, fmt.Errorf("describe %q: %w", req.Source, err)
	}
	limit, stop := after(w.opts.Limit)
	defer stop()
	select {
	case d := <-got:
		return d.flow, d.wanted, d.err
	case <-ctx.Done():
		return nil, nil, ctx.Err()
	case <-limit:
		return nil, nil, w.hanging(req.Source)
	}
}

// after is [time.After] with 0 for never.
func after(d time.Duration) (<-chan time.Time, func() bool) {
	if d <= 0 {
		return nil, func() bool { return true }
	}
	t := time.NewTimer(d)
	return t.C, t.Stop
}

// importing counts the imports in progress, also those that nobody waits for any more: they keep the worker from hearing us.
func (w *Worker) importing(by int) {
	w.mu.Lock()
	w.imports += by
	w.mu.Unlock()
}

type describeMessage struct {
	Type string `json:"type"`
	ID   int64  `json:"id"`
	DescribeRequest
}

type described struct {
	flow   *Description
	wanted *configsWanted
	err    error
}

func descriptionOf(m Message, err error) described {
	if err != nil {
		return described{err: err}
	}
	switch m.Type {
	case "configs":
		var reply configsWanted
		if err := m.Decode(&reply); err != nil {
			return described{err: err}
		}
		return described{wanted: &reply}
	case "description":
		var reply struct {
			Flow *Description `json:"flow"`
		}
		if err := m.Decode(&reply); err != nil {
			return described{err: err}
		}
		if reply.Flow == nil {
			return described{err: &ProtocolError{Problem: "description without flow"}}
		}
		return described{flow: reply.Flow}
	case "error":
		var fault FlowError
		if err := m.Decode(&fault); err != nil {
			return described{err: err}
		}
		return described{err: &fault}
	default:
		return described{err: &ProtocolError{Problem: fmt.Sprintf("%q came instead of description", m.Type)}}
	}
}

// hanging aborts the worker, which makes a language that can write the stack it is in to stderr, and reports where that is.
func (w *Worker) hanging(source string) error {
	w.stderr.mute()
	_ = syscall.Kill(w.proc.pid, syscall.SIGABRT)
	w.awaitEnd(abortGrace)
	<-w.done
	fault := &FlowError{Kind: KindHang, File: source, Executable: w.hello.Executable}
	fault.Message = fmt.Sprintf("importing the flow did not end within %s", w.opts.Limit)
	stack := w.stderr.all()
	if file, line, ok := innermost(stack, source); ok {
		fault.File, fault.Line, fault.Traceback = file, line, strings.TrimSpace(stack)
		fault.Message += ", it hangs here"
	}
	if w.opts.LimitHint != "" {
		fault.Message += "; " + w.opts.LimitHint
	}
	return fault
}

// framePattern is how Python's faulthandler writes a frame.
var framePattern = regexp.MustCompile(`(?m)^\s*File "([^"\n]+)", line (\d+)`)

// innermost returns the place in a stack that a user should look at: the innermost frame in the flow's own file, else in its folder, else of
// all. Frames come innermost first.
func innermost(stack, source string) (file string, line int, ok bool) {
	best := 0
	for _, m := range framePattern.FindAllStringSubmatch(stack, -1) {
		rank := 1
		switch {
		case m[1] == source:
			rank = 3
		case filepath.Dir(m[1]) == filepath.Dir(source):
			rank = 2
		}
		if n, err := strconv.Atoi(m[2]); err == nil && rank > best {
			file, line, best = m[1], n, rank
		}
	}
	return file, line, best > 0
}
