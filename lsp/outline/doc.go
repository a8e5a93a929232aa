// Package outline is a flow as a list of what it has, for editors that show, search and fold it.
package outline
