// Package exitcode says with which number a command ends.
//
// The numbers are an interface: scripts read them. They are documented in docs/exit-codes.md, which a test compares with [Table].
package exitcode

import (
	"errors"
	"syscall"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/config/deploy"
)

// Code is the exit status of the process.
type Code int

// The codes. What Metaflow ends with 1 or 2 ends with 1 or 2 here too.
const (
	OK          Code = 0
	Failed      Code = 1
	Usage       Code = 2
	Store       Code = 3
	Partial     Code = 4
	Pending     Code = 5
	Locked      Code = 6
	Moved       Code = 7
	Bug         Code = 70
	Interrupted Code = 130
	Terminated  Code = 143
)

// Entry is one line of the table of codes.
type Entry struct {
	Code    Code
	Name    string
	Meaning string
}

// Table lists every code a command can end with.
func Table() []Entry {
	return []Entry{
		{OK, "ok", "The command did what it was asked to do."},
		{Failed, "failed", "A step failed, the flow has faults, or what was asked for does not exist."},
		{Usage, "usage", "The command line is wrong: an unknown option, a missing or bad value. Nothing was run."},
		{Store, "store", "The store could not be written: disk full, read-only, no permission. What was stored before is still readable."},
		{Partial, "partial", "Some variants were deployed or removed, others failed. The same command does the rest."},
		{Pending, "pending", "`deploy plan --exit-code` found something to do."},
		{Locked, "locked", "Somebody else is changing what is deployed in this environment. Try again when that is over."},
		{Moved, "moved", "The plan file is out of date: the project's files or what is deployed are not what they were. Nothing was done; plan again."},
		{Bug, "bug", "Spindle itself failed. The message says where to report it."},
		{Interrupted, "interrupted", "Ctrl-C (SIGINT). Running tasks were ended; `resume` goes on from the finished ones."},
		{Terminated, "terminated", "SIGTERM or SIGHUP. As for Ctrl-C."},
	}
}

// Name is the short name of a code, as JSON failures carry it.
func Name(c Code) string {
	for _, e := range Table() {
		if e.Code == c {
			return e.Name
		}
	}
	return "failed"
}

// Of is the code for the error a command ended with.
func Of(err error) Code {
	var (
		usage *fault.Usage
		sig   *fault.Signal
		bug   *fault.Bug
		store *fault.Store
	)
	switch {
	case err == nil:
		return OK
	case errors.As(err, &usage):
		return Usage
	case errors.As(err, &sig):
		if sig.Signal == syscall.SIGINT {
			return Interrupted
		}
		return Terminated
	case errors.As(err, &bug):
		return Bug
	case errors.As(err, new(*fault.Partial)):
		return Partial
	case errors.As(err, new(*fault.Pending)):
		return Pending
	case errors.As(err, new(*deploy.HeldError)), errors.As(err, new(*deploy.LostError)):
		return Locked
	case errors.As(err, new(*deploy.MovedError)):
		return Moved
	case errors.As(err, &store), unwritable(err):
		return Store
	default:
		return Failed
	}
}

// unwritable is true for errors that mean that the store's disk takes no more, or takes nothing from us.
func unwritable(err error) bool {
	for _, e := range []syscall.Errno{syscall.ENOSPC, syscall.EDQUOT, syscall.EROFS, syscall.EACCES, syscall.EPERM, syscall.EIO} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
