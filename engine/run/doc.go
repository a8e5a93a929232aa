// Package run executes a flow: it makes the run, starts tasks as the machine decides, stores what they leave, and resumes runs that did
// not finish.
//
// [Run] is the whole of it. It gets everything from its [Config]: the flow as graph and description, a store, a metadata provider, a place to
// compute; and tells an [Observer] what happens, as values. What to do next is decided by package machine, which has no I/O; the
// runner carries it out.
//
// # A run
//
//	            prepare                         loop                              finish
//	[parameters evaluated] ──▶ [run registered, ──▶ [tasks] ──┬─ end step stored ───▶ done
//	   │ invalid: no run,        state.json running]          ├─ a task failed for good ─▶ failed
//	   ▼ UsageError                                           ├─ the engine could not write ─▶ failed (StorageError)
//	                                                          └─ ctx cancelled ─────▶ interrupted
//
// A failed task gives the others a grace to finish what they are at, since a resume need not repeat that; an interrupt or an engine that
// cannot write ends them at once. The state is kept in <flow>/<run>/_spindle/state.json; a run that says running and whose process is gone was
// killed.
//
// # A task
//
//	queued ──▶ begun ──▶ running ──▶ storing ──▶ stored (finished or failed)
//	             │          │           │ blobs, table, metadata, logs
//	             │          │           │ commit
//	             │          │           │ done marker, attempt-done
//	             │          │           │ commit
//	             │          │           ▼
//	             │          │        the machine and the observer are told
//	             │          └ its slot is free as soon as the process has ended well
//	             └ attempt file, metadata: it can be looked up from inside the step
//
// A crash at any point leaves either a task marked done whose values are all there, or one that is not done and will be run again. Commits
// are shared by all tasks that wait for one. Failed attempts are stored like finished ones; only a process that left no artifacts gets no
// done marker. The control task of a parallel step is stored after the other nodes, for a reader takes it to speak for all.
//
// # Resume
//
// The origin's finished tasks are found by their place in the run (machine.Key) and taken over: a new task that refers to the same blobs. All
// share two commits. A task is taken over only if everything before it was. One whose values are damaged or gone is run again, and
// the observer is told ([OriginSkipped]); values are read to check them up to 256 MiB in all, the smallest first, larger ones only looked for. A
// task whose transition the present source does not allow is run again too. The parameters cannot be computed again: damage there is an
// error. Nothing is ever changed in the origin.
//
// # Memory
//
// A task's table of artifacts stays until no successor needs it (machine.Release). A child inherits its parent's table by reference, and texts
// are interned, so that ten thousand tasks need some ten megabytes.
package run
