// Package flows runs the cells of a notebook that are about a flow: magics that look at it, and cells that define steps, which replace those of
// the attached file in memory and are spun.
//
// Reading and judging is done here; what needs a store, an interpreter or a running step is asked of the [Host], whom the command that serves the
// kernel provides. A [book] holds the flow's text with the edited steps.
package flows
