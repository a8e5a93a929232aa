// Package batch runs tasks as jobs of AWS Batch.
//
// A [Batch] is a [compute.Compute]. What a task needs lies in the object store (package remote): Run leaves the job there, submits a container that
// fetches it, and waits for the outcome the container leaves in the same place. Batch is asked how the container does, not what the task did.
//
//   - [Step] is what a step's decorators and the settings ask for; [Definition] is the job definition made of it, registered once for each content.
//   - One watcher (watch.go) looks after all jobs: it describes them a hundred at a time, as often as Batch lets it, and looks in the store for logs and
//     outcomes.
//   - Calls (call.go) are tried again while what went wrong may pass. A submission whose answer was lost is looked for by its name, which no other
//     has, before it is made again.
//   - A [Journal] has every open job on disk, before it is submitted and after. A run that is resumed takes over what it finds there: no job is
//     submitted twice, none is left behind.
//   - What Batch says of a job's end becomes words for people, and whether another try can do better (verdict.go).
package batch
