// Package spin runs one step of a flow on what an earlier run left, and remembers what came of it.
//
// The earlier run is the origin. Tasks that were spun lie over it like a transparency: together they are the workbench, and the next spin takes
// its inputs from there. The origin is only ever read.
//
// # Where a task stands
//
// Which inputs a task gets, which item of a foreach it is, whether all branches of a join are there: a run's scheduler knows that, so nothing of it
// is worked out again here. [Open] gives engine/run/machine the workbench as if a run were to be resumed from it. The machine takes over every task
// it finds there and commands to start those it does not; tasks of the step that is asked for are hidden from it, so that it commands
// them, with their inputs. A task that has to come first is commanded as well: that is how [NotReadyError] knows what is missing.
//
// # Where things lie
//
// Beside the origin's store there is a spin store (.metaflow_spin, as Metaflow names it), with a run for each spin. Values are always there,
// content-addressed. Metaflow's readers see them only with persist. The workbench is a file there, one per flow, user and folder, that is replaced
// whole; two spins at once change it one after the other. Neither the origin nor anything else of its store changes until [Promote] is asked for.
package spin
