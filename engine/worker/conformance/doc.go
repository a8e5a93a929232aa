// Package conformance tests that a worker speaks the task protocol as docs/task-protocol.md has it.
//
//	go test ./engine/worker/conformance
//
// runs the suite against the Python worker of this repository. SPINDLE_CONFORMANCE_WORKER='cmd arg …' names any other one, and
// SPINDLE_CONFORMANCE_FLOW the file of the flow that it can run; what that flow must do stands in the protocol's document. The suite plays
// the engine with real processes and knows nothing of the worker's language. It consists of tests only.
package conformance
