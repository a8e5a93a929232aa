// Package kernel is a Jupyter kernel: it answers frontends by the message protocol and runs their cells.
//
// Three parts run side by side. Each connection of a frontend is read by a goroutine of its own (package wire). Cells and messages about comms are queued and
// dealt with one after the other, in [server.work]. All other requests are answered in [server.attend], also while a cell runs. What cells
// are written in is behind [cells.Runner]; plain Python is in python.go, its process in package python.
package kernel
