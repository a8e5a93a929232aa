// Package debugger lets a frontend debug the cells of a notebook by the Debug Adapter Protocol, carried in Jupyter's debug_request, debug_reply and debug_event.
//
// Several processes are debugged by one frontend, which knows of one alone: the process of plain cells, which is there as long as the notebook, and each process
// that runs a step, which is there as long as the step. In each of them debugpy's own server speaks the protocol; no adapter stands between. A process connects to the
// [Debugger] and shows a secret, gets the breakpoints that the frontend has set so far, and goes on. Numbers of threads, frames, variables and sources are the
// process's own, so the frontend sees others ([numbers]), which tell whose they are.
//
// What the protocol of Jupyter adds (dumpCell, debugInfo, variables of a notebook in which nothing is stopped) is answered here, with the help of [Python].
package debugger
