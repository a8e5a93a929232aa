// Package history reads past and running flows: it is the one implementation behind the client API that workers call (the store calls of
// docs/task-protocol.md) and behind the verbs runs, dump, logs and tag.
//
// A [Reader] joins two sources. The metadata provider says what exists, who made it, when, with which tags, and where each artifact lies; the
// datastore has the values, the logs and the tables of artifacts. Runs may have been written by Spindle or by Metaflow.
//
// What readers rely on:
//   - A namespace and tags choose among runs. What lies below a run has the run's tags.
//   - Of a task's attempts the latest counts unless one is named. Artifacts count once metadata says that their attempt is done; an attempt that
//     was begun later hides them in the datastore's own view, which resume uses, but not here.
//   - An artifact is found by its record: key, and the root it was stored under. Where that root no longer is, the folder was moved, and the
//     store at hand is asked.
//   - A task copied by resume has few records of its own; those it lacks are the original's.
//   - Which tasks followed which is told by what each task left: its foreach stack, its iterations and where it went next. The graph only
//     narrows the search.
package history
