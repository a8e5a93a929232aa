package exitcode_test

import (
	"errors"
	"fmt"
	"io/fs"
	"syscall"
	"testing"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/exitcode"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
)

func TestOf(t *testing.T) {
	t.Parallel()
	wrap := func(err error) error { return fmt.Errorf("doing it: %w", err) }
	tests := []struct {
		err  error
		want exitcode.Code
	}{
		{nil, exitcode.OK},
		{errors.New("x"), exitcode.Failed},
		{wrap(fault.Usagef("x")), exitcode.Usage},
		{wrap(fault.WithHint(fault.Usagef("x"), "hint")), exitcode.Usage},
		{wrap(&fs.PathError{Op: "write", Path: "/x", Err: syscall.ENOSPC}), exitcode.Store},
		{errors.Join(errors.New("x"), wrap(syscall.EROFS)), exitcode.Store},
		{wrap(&fault.Store{Err: errors.New("x")}), exitcode.Store},
		{&fault.Reported{Err: &fault.Signal{Signal: syscall.SIGINT}}, exitcode.Interrupted},
		{&fault.Signal{Signal: syscall.SIGHUP}, exitcode.Terminated},
		{&fault.Bug{}, exitcode.Bug},
	}
	for _, tt := range tests {
		if got := exitcode.Of(tt.err); got != tt.want {
			t.Errorf("Of(%v) = %d, want %d", tt.err, got, tt.want)
		}
	}
}

func TestTableIsComplete(t *testing.T) {
	t.Parallel()
	seen := map[exitcode.Code]bool{}
	for _, e := range exitcode.Table() {
		if seen[e.Code] || e.Meaning == "" || exitcode.Name(e.Code) != e.Name {
			t.Errorf("%+v", e)
		}
		seen[e.Code] = true
	}
}
