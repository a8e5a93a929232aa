// Package python reads flows from Python source without running it.
//
// [Read] parses a flow file with tree-sitter, finds its flow class, follows the class's bases through the same file and
// other files of the workspace, and yields a [graph.Flow] with positions. Names are resolved the way Python would bind
// them: through import aliases, star imports, relative imports and plain assignments. What only running code could
// tell is never guessed: it becomes a [graph.Dynamic] of the flow or of a step.
//
// [Merge] completes a flow with what a worker described after importing it, reading each function that the static
// reader could not reach by its file and lines, so that there is one reader of transitions.
//
// A file that is being edited is kept as a [Parsed], from which its next version is parsed and read: only the steps that an edit touches
// are read again, and the result is the same as without.
//
// The reader takes any bytes: byte order marks, encoding declarations, every kind of line end, tabs, form feeds, NULs
// and broken syntax. Lines and columns count from 1, columns in Unicode code points.
package python
