// Package twins holds flows twice, in Python and in Go, and holds the two to the same: the graph, what a client reads of their
// runs, what a resume does with a run of the other's, and what is said about the same mistakes.
//
// Each folder here is one construct, with flow.py and main.go; testdata/mistakes has flows that are wrong in the same way.
package twins
