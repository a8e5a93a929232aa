// Package dataflow follows artifacts through a flow's graph.
//
// [New] computes for the start and the end of every step which artifacts are surely there and which may be. Along linear
// edges, splits, foreaches and switches artifacts pass on; where two ways of a switch meet, only what both have is sure. A
// join starts with nothing: what its inputs have is there only as far as merge_artifacts brings it. Where code out of sight
// may set artifacts, a point is Open: anything may be there.
//
// The sets lean to the side of the author: a loop counts as entered, a nested function as called. A rule that claims that
// something is sure looks at [graph.Exit].Always.
package dataflow
