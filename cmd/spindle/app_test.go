package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/exitcode"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/engine/run"
)

func TestFailures(t *testing.T) {
	t.Parallel()
	full := &run.StorageError{Op: "store artifacts", Flow: "F", Run: "7", Err: fmt.Errorf("write: %w", syscall.ENOSPC)}
	tests := []struct {
		err  error
		code exitcode.Code
		text string
	}{
		{errors.New("something"), exitcode.Failed, "spindle: something\n"},
		{fault.Usagef("wrong"), exitcode.Usage, "spindle: wrong\n"},
		{fault.WithHint(fmt.Errorf("outer: %w", fault.WithHint(fault.Usagef("wrong"), "inner")), "outer"), exitcode.Usage, "    inner\n"},
		{&fault.Reported{Err: &fault.Signal{Signal: syscall.SIGINT}}, exitcode.Interrupted, ""},
		{&fault.Reported{Err: &fault.Signal{Signal: syscall.SIGTERM}}, exitcode.Terminated, ""},
		{&fault.Reported{Err: &fault.Signal{Signal: syscall.SIGHUP}}, exitcode.Terminated, ""},
		{&fault.Store{Err: full}, exitcode.Store, "no space left"},
		{full, exitcode.Store, "no space left"},
		{&fault.Bug{Value: "nil map", Stack: []byte("main.go:1")}, exitcode.Bug, "report it"},
		{&fault.NotFound{Message: "no run"}, exitcode.Failed, "spindle: no run\n"},
	}
	for _, tt := range tests {
		a, out, errs := testApp(t)
		if code := a.fail(tt.err); code != tt.code {
			t.Errorf("%v: code %d, want %d", tt.err, code, tt.code)
		}
		if !strings.Contains(errs(), tt.text) || out() != "" || tt.text == "" && errs() != "" {
			t.Errorf("%v: stdout %q, stderr %q, want %q", tt.err, out(), errs(), tt.text)
		}

		a, out, errs = testApp(t)
		a.json = true
		a.fail(tt.err)
		var failure struct {
			Error struct {
				Kind     string
				ExitCode int `json:"exit_code"`
				Message  string
			}
		}
		if err := json.Unmarshal([]byte(errs()), &failure); err != nil || failure.Error.ExitCode != int(tt.code) ||
			failure.Error.Kind != exitcode.Name(tt.code) || failure.Error.Message == "" || out() != "" {
			t.Errorf("%v as JSON: %v, %s", tt.err, err, errs())
		}
	}
}

func TestPanicsAreOurs(t *testing.T) {
	t.Parallel()
	a, _, errs := testApp(t)
	left := false
	a.atExit = append(a.atExit, func() { left = true })
	a.ws.LookupEnv = func(string) (string, bool) { panic("no map") }
	if code := execute(a, []string{"doctor"}); code != exitcode.Bug || !left || !strings.Contains(errs(), "no map") || !strings.Contains(errs(), issues) {
		t.Errorf("code %d, terminal given back: %v, stderr %s", code, left, errs())
	}
}

func TestDuration(t *testing.T) {
	t.Parallel()
	for seconds, want := range map[float64]string{0: "", 0.04: "0.0s", 12.34: "12.3s", 65: "1m05s", 3600: "1h00m", 7505: "2h05m"} {
		if got := duration(secondsOf(seconds)); got != want {
			t.Errorf("%v: %q, want %q", seconds, got, want)
		}
	}
}

func secondsOf(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
