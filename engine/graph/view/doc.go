// Package view writes a graph out for people and for other programs: as Graphviz source, as a plain listing, as the
// detailed dump of every node, and as JSON.
//
// Each view has the content of Metaflow's command of the same purpose, so that scripts reading one can read the other.
// All of them take a [graph.Extra] for what only running the code can tell (attributes of decorators); with the zero
// value they show what the source says.
package view
