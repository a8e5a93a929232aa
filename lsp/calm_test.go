package lsp_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp"
	"github.com/spindle-flow/spindle/lsp/internal/editor"
)

// clock stands in for the real one: nobody has been quiet for long enough, or idle, until the test says so.
type clock struct {
	quiet, idle chan struct{} // a token lets one wait come to its end
	now         atomic.Int64  // seconds
	step        int64         // how far each look at the clock moves it
	tidied      chan struct{}
}

func newClock() *clock {
	return &clock{quiet: make(chan struct{}, 100), idle: make(chan struct{}), tidied: make(chan struct{}, 100)}
}

func (c *clock) options() lsp.Options {
	return lsp.Options{
		Now:  func() time.Time { return time.Unix(c.now.Add(c.step), 0) },
		Tidy: func() { c.tidied <- struct{}{} },
		Wait: func(ctx context.Context, d time.Duration) bool {
			tokens := c.quiet
			if d > time.Second {
				tokens = c.idle
			}
			select {
			case <-tokens:
				return true
			case <-ctx.Done():
				return false
			}
		},
	}
}

// surveyed starts an editor that has a base class open; a flow that derives from it is in the workspace. By itself the class is taken for a base
// class, which is said as long as nothing is known of the flow.
func surveyed(t *testing.T, c *clock) *editor.Editor {
	t.Helper()
	e := editor.Start(t, workspace(t, map[string]string{"flow.py": derivedFlow, "base.py": baseClass}), editor.Options{Server: c.options()})
	e.Open("base.py")
	if got := codes(e.Findings("base.py", 1)); got != "SP001" {
		t.Fatalf("before the survey: %q", got)
	}
	return e
}

func shows(e *editor.Editor, file, want string) {
	e.UntilFindings(file, func(list []protocol.Diagnostic) bool { return codes(list) == want })
}

// TestSurveyWaitsForQuiet: the rest of the workspace is read when the client is quiet, and begins again when it was disturbed.
func TestSurveyWaitsForQuiet(t *testing.T) {
	t.Parallel()
	c := newClock()
	e := surveyed(t, c)
	for range 20 { // what comes next disturbs, whatever the survey is about to do
		v := e.Type("base.py", span(0, 0, 0), "#")
		if got := codes(e.Findings("base.py", v)); got != "SP001" {
			t.Fatalf("while typing: %q", got)
		}
	}
	c.quiet <- struct{}{}
	shows(e, "base.py", "")
}

// TestSurveyIsPatient for a while: a client that is never quiet does not put it off for ever.
func TestSurveyIsPatient(t *testing.T) {
	t.Parallel()
	c := newClock()
	c.step = 60
	e := editor.Start(t, workspace(t, map[string]string{"flow.py": derivedFlow, "base.py": baseClass}), editor.Options{Server: c.options()})
	e.Open("base.py")
	<-c.tidied // when it is through
}

// TestForgottenIsFoundAgain: what was let go of because nobody has it open is read again where it matters.
func TestForgottenIsFoundAgain(t *testing.T) {
	t.Parallel()
	c := newClock()
	e := surveyed(t, c)
	e.UntilRegistered(protocol.MethodWorkspaceDidChangeWatchedFiles)
	c.quiet <- struct{}{}
	shows(e, "base.py", "")
	e.Close("base.py") // nothing is open any more
	c.idle <- struct{}{}
	<-c.tidied
	e.Open("base.py")
	v := e.Type("base.py", span(7, 23, 27), "wrok")
	if got := codes(e.Findings("base.py", v)); got != "SP118" {
		t.Errorf("a fault that only the flow shows: %q", got)
	}
	e.Replace("base.py", baseClass)
	shows(e, "base.py", "")
	e.Write("flow.py", "")
	shows(e, "base.py", "SP001")
}
