// Package service keeps metadata in Metaflow's metadata service, over HTTP, so that a team's service and its user interface show runs as Metaflow's own.
//
// [Service] is a metadata provider. Reading and the making of a run wait for the service's answer; all other writes are queued and posted in the
// background, so that no task waits for the service.
//
//	RegisterTask, AddMetadata, AddArtifacts ──▶ a lane per task ──▶ workers ──▶ POST
//	Alive ───────────────────────────────────▶ heartbeats ────────▶ POST
//	NewRun, MutateTags, readers ──────────────────────────────────▶ POST, PATCH, GET
//
// What holds:
//   - A task's writes arrive in the order in which they were made, and after its step and its run. Records that wait are posted together; artifacts go
//     before records that wait, but never behind the record attempt-done.
//   - Nothing arrives twice. A request that may have been carried out although no answer came is looked up before it is sent again: a run by a system tag
//     that only its own start has, tasks and steps by the service's 409, artifacts and records by reading what is there.
//   - A service that is gone, overloaded or refuses the key delays writes, for any time. [Service.Flush] waits for them as long as something moves, and
//     else for [Options.Patience]. What the service refuses for good is reported by Flush.
//   - The service gives a run its id. Ids of tasks are made here (t-0, t-1, …): the service takes any that is not a number, a task need not wait for
//     its own, and making one again is harmless.
//   - A reader waits for what was written before of the task or the run it asks for.
package service
