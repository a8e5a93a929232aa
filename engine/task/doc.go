// Package task is what every engine does around one attempt of a task, wherever it watches it from: what the process is told, what its output looks like
// where it is kept, and the order in which what it leaves is stored.
//
// engine/run does this for many tasks side by side, engine/scheduled for one in a container. What comes next is the business of neither.
package task
