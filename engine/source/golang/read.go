package golang

import (
	"context"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Options say what to read and how.
type Options struct {
	// Dir is the folder of the flow's package. Where it is empty it is that of File, one of the package's files. Places in the
	// result name files below this folder as it is written here.
	Dir, File string
	Class     string // one flow of a package that has several; empty for the one that flow.Main runs
	// Overlay has the text of files that is not the one on disk, by absolute path.
	Overlay map[string][]byte
	// Env is the environment of the go tool, that of the process where it is nil.
	Env []string
}

// Result is what a package holds.
type Result struct {
	Flow    *graph.Flow   // nil where no flow could be picked: Faults say why
	Faults  []graph.Fault // what is wrong with the source itself
	Classes []graph.Class // the flows of the package
	Files   []string      // every file that was read
	// Package is what was read and checked, for readers of other things than flows.
	Package *Package

	far *farFlow // the flow of another package that is to be read instead; nil for none
}

// Read reads the flow of a package. What is wrong with the source is in the result; an error means that the package could not
// be read at all, for want of the go tool for example, or that the context ended.
func Read(ctx context.Context, opts Options) (*Result, error) {
	return NewSession().Read(ctx, opts)
}
