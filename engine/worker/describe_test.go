package worker_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/worker"
)

func TestDescribe(t *testing.T) {
	t.Parallel()
	w := start(t, options(t))
	for range 2 { // a worker can describe again, after a change of options
		d, err := describe(t, w, "")
		if err != nil || d.Name != "Test" || !d.Isolation.ForkSafe {
			t.Errorf("description = %+v, %v", d, err)
		}
	}
}

func TestDescribeFault(t *testing.T) {
	t.Parallel()
	_, err := describe(t, start(t, options(t)), `
send(type="error", re=request["id"], kind="syntax", message="invalid syntax", file="/flows/flow.py", line=3, column=5, text="x ===")
flow = None`)
	var fault *worker.FlowError
	if !errors.As(err, &fault) {
		t.Fatalf("error = %v", err)
	}
	if fault.Kind != worker.KindSyntax || fault.Text != "x ===" || err.Error() != "/flows/flow.py:3:5: invalid syntax" {
		t.Errorf("fault = %+v: %v", fault, err)
	}
}

func TestFlowErrorText(t *testing.T) {
	t.Parallel()
	for want, e := range map[string]worker.FlowError{
		"no flow":         {Message: "no flow"},
		"f.py: no flow":   {Message: "no flow", File: "f.py"},
		"f.py:2: no flow": {Message: "no flow", File: "f.py", Line: 2},
	} {
		if got := e.Error(); got != want {
			t.Errorf("error = %q, want %q", got, want)
		}
	}
}

func TestDescribeHangs(t *testing.T) {
	t.Parallel()
	var printed strings.Builder
	opts := options(t)
	opts.Limit, opts.LimitHint = 300*time.Millisecond, "raise it with --import-limit"
	opts.Stderr = func(b []byte) { printed.Write(b) }
	w := start(t, opts)
	_, err := describe(t, w, "x = 1\n\ntime.sleep(1000)\n")
	var fault *worker.FlowError
	if !errors.As(err, &fault) || fault.Kind != worker.KindHang {
		t.Fatalf("error = %v", err)
	}
	if fault.File != "/flows/flow.py" || fault.Line != 3 || !strings.Contains(fault.Traceback, "flow.py") {
		t.Errorf("fault = %+v", fault)
	}
	if !strings.Contains(fault.Message, "within 300ms") || !strings.Contains(fault.Message, "--import-limit") {
		t.Errorf("message = %q", fault.Message)
	}
	<-w.Done()
	if printed.Len() > 0 {
		t.Errorf("the stack went to the user too: %q", printed.String())
	}
}

func TestDescribeHangsWithoutStack(t *testing.T) {
	t.Parallel()
	opts := options(t)
	opts.Limit = 300 * time.Millisecond
	_, err := describe(t, start(t, opts), `
import faulthandler, signal
faulthandler.disable(); signal.signal(signal.SIGABRT, signal.SIG_IGN)
while True: time.sleep(1)`)
	var fault *worker.FlowError
	if !errors.As(err, &fault) || fault.Kind != worker.KindHang || fault.Line != 0 || fault.File != "/flows/flow.py" {
		t.Fatalf("error = %+v", err)
	}
}

func TestDescribeCancelled(t *testing.T) {
	t.Parallel()
	w := start(t, options(t))
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	_, err := w.Describe(ctx, worker.DescribeRequest{Source: "f.py", Options: map[string]any{"code": "time.sleep(1000)"}})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("error = %v", err)
	}
}
