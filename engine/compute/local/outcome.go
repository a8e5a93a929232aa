package local

import (
	"fmt"
	"syscall"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/worker"
)

// outcome says how the task ended, once its process has and the conversation is over.
func (t *task) outcome() compute.Outcome {
	e := t.exit()
	return compute.Outcome{
		Result: t.result, Reason: t.reason(e), PID: t.child.PID(),
		ExitCode: e.Code, Signal: e.Signal, Killed: t.killed, TimedOut: t.timedOut,
		MaxRSS: e.MaxRSS, User: e.User, System: e.System,
	}
}

// reason says what went wrong with the process, from the most telling cause to the least.
func (t *task) reason(e worker.Exit) string {
	switch {
	case t.immortal:
		return fmt.Sprintf("process %d did not end although it was killed", t.child.PID())
	case t.timedOut:
		return fmt.Sprintf("did not end within its timeout of %s and was killed", t.spec.Timeout)
	case t.killed:
		return "was interrupted"
	case e.Lost:
		return e.String()
	case t.fault != nil:
		return "broke off: " + t.fault.Error()
	case t.result == nil:
		return e.String() + segfault(e) + " without reporting a result"
	case e.Signal != 0:
		return fmt.Sprintf("%s%s after it had reported its result (%s)", e, segfault(e), t.result.Type)
	case t.result.Type == worker.TypeDone && e.Code != 0:
		return e.String() + " after it had reported success"
	default:
		return ""
	}
}

func segfault(e worker.Exit) string {
	switch e.Signal {
	case syscall.SIGSEGV:
		return " (a segmentation fault)"
	case syscall.SIGBUS:
		return " (a memory access error)"
	default:
		return ""
	}
}
