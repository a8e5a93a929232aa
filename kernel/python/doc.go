// Package python is the kernel's Python process: starting it, the messages to it and from it, and its end.
//
// One process holds what plain cells leave. Two sockets lead to it: cells are run over one, in the process's main thread; questions (completion, inspection) and
// what the user types are carried by the other, which a thread answers while a cell runs. stdout and stderr are pipes, so that what C code and child processes
// print is caught too; marks in the pipes bring what is printed in order with what is sent over the first socket (see sequence).
//
// The process leads a process group. A watchman beside it kills the group when the lifeline, a pipe whose other end the kernel has, is closed: also when the
// kernel is killed, and also when Python is stuck.
package python
