// Package structure holds the rules SP1xx: what is wrong with the shape of a flow's graph, and SP001, where the graph
// depends on running code
//
// [Check] applies them to a flow and its graph and returns every fault at once, each with the exact range of the source it is
// about. [Source] does the same for what kept the reader from a flow. The rules and their stable codes are listed in
// rules.go, one file holds one rule or a few of a kind
//
// One fault makes one diagnostic: rules about the whole graph look at a copy in which the faults already told are mended,
// and make no claim that leads through a mended place
package structure
