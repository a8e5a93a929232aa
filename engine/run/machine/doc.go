// Package machine decides what a run does next. It is pure: events go in, commands come out; it has no clock, no goroutines and no I/O,
// so that a whole run can be simulated with a seed.
//
// The state of a run:
//
//	         Begin
//	idle ───────────▶ running ──── end step finished, nothing open ───▶ complete (Done)
//	                     │
//	                     ├── a task failed for good, a transition the graph does not allow, Broken ──▶ stopping (Failed)
//	                     └── Cancelled ─────────────────────────────────────────────────────────────▶ stopping (Interrupted)
//	stopping ──── the last open task reported ───▶ complete
//
// The state of a task:
//
//	queued ──▶ running ──▶ storing ──▶ finished ──▶ released
//	   ▲                      │
//	   └── attempts left ─────┴──▶ failed
//
// A task runs while its process does and holds one of MaxWorkers slots. It is storing from [ProcessEnded] until [TaskFinished] or
// [TaskFailed]: the slot is free already. It is released when no successor needs its artifacts any more.
//
// # Scopes
//
// Every split (static, foreach, parallel) opens a scope with one place per child. A task stands on a linked list of frames, each a place
// in a scope; a successor inherits the frame, a child of a split gets one more, a join goes back to the frame of the split. A task
// that goes to a join is put into its scope's place, and the join is queued when every place is taken, its inputs in the order of the
// places. That makes every event O(1) whatever the width of the foreach, and the order of a join's inputs a matter of structure.
//
// # Resume
//
// With a [Policy.Origin] the machine walks the graph as ever, and for each task asks the origin whether it has finished there. If so, and
// if all inputs of the task are clones too, it is cloned ([CloneTask]) and counts as finished at once; otherwise it is queued.
package machine
