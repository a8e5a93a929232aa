// Package source says what reading a file of source yields, whatever language the flows in it are written in.
//
// The readers stand below it, one a language; each yields a [graph.Flow] a flow. What works on whole files, as a linter does, works on
// [Flows] and needs to know of the language only what [Of] says.
package source

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Language is one that flows are written in.
type Language string

// The languages there are.
const (
	Python Language = "python"
	Go     Language = "go"
)

// Of is the language of a file, by its name. A file without a telling name is Python's, as a flow's file may have any.
func Of(file string) Language {
	if strings.HasSuffix(file, ".go") {
		return Go
	}
	return Python
}

// Found is one of the flows of a file.
type Found struct {
	Flow *graph.Flow
	// Started is true where running the file starts the flow.
	Started bool
	// Sure is false for a class that may turn out not to be a flow: its bases are out of reach and it has no steps.
	Sure bool
	// Bases are the classes of the workspace that it derives from, in the order the language looks attributes up.
	Bases []graph.Class
}

// Flows is what a file holds when all its flows count, not only the one it runs. For a language whose unit is the package, it is what that holds.
type Flows struct {
	List   []Found       // in the order of the source
	Faults []graph.Fault // what is wrong with the source itself; FaultNoFlow or FaultDynamic where List is empty and the source is sound
	Files  []string      // every file that was read
}

// Comment is a comment with the statement it is about: the one it stands in or behind, or the next one when it has its lines to itself. What stands
// above a function (its decorators) and its header are one statement.
type Comment struct {
	Text   string // from its mark on
	Start  graph.Pos
	End    graph.Pos
	Alone  bool // no code is on its line
	Blanks int  // blanks between it and the code before it, or the line's start
	// First and Last are the lines of its statement, 0 where none follows. Index counts the statements before that one.
	First, Last, Index int
}
