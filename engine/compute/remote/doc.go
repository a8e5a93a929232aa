// Package remote is what both sides of a task elsewhere agree on: the engine that sends it, and the helper that runs it in a container.
//
// Everything they tell each other lies in the object store, in one folder for each attempt ([Attempt.In]):
//
//	job.json      the [Job]: written by the engine before the container is asked for
//	beat          rewritten by the helper while it lives, the first time when it has begun ([Beat])
//	out.000000 …  what the step printed, in pieces, each written once ([ReadLogs])
//	outcome.json  the [Outcome]: written by the helper, once, last
//
// The folder stands where neither Metaflow nor Spindle looks for runs. Values are no part of it: the helper puts them where those of any task are, and
// the outcome has their keys. So a task that is done stays done, whether or not the engine heard of it.
//
// A container starts with a [Bootstrap]: a command that needs a shell and any Python 3, fetches the helper (cmd/spindle-task, a static binary), and becomes it.
// Code comes as a package (engine/codepackage). Nothing is installed.
//
// The package sends nothing by itself: whoever makes containers (AWS Batch, a test) uploads a job, runs the command, and looks ([Look]) until there is an
// outcome or no more hope of one.
package remote
