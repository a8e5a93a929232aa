// Package lint finds what is wrong with a flow before anything runs.
//
// [Check] applies the structural rules, SP101 and up, to a flow and its graph and returns every fault at once, each
// with the exact range of the source it is about. [Source] does the same for what kept the reader from a flow. The
// rules and their stable codes are listed in rules.go, one file holds one rule.
//
// A rule claims only what follows from the source. Where the source can't be followed, an SP001 says so once, and the
// rules that depend on the unknown part stay silent. One fault makes one diagnostic: rules about the whole graph look at
// a copy in which the faults already told are mended, and make no claim that leads through a mended place.
package lint
