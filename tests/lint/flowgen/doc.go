// Package flowgen writes random flows that are right: their graphs are balanced, and every artifact that is read has been assigned on every way
// that leads there.
//
// A [Program] is a flow as statements, each of which says which artifacts it sets and reads, so that a test can take one away and knows what then
// is missing. The same seed gives the same flow.
package flowgen
