// Package golang reads flows from Go source without running it.
//
// [Read] asks the go tool which files make the package and where the compiled forms of what it imports are (go/packages),
// parses and checks the package alone with go/types, and yields a [graph.Flow] with positions: the struct that embeds
// flow.Flow, its methods that are steps, the transitions that they return, its fields with their tags, and the options that
// are given to flow.Main. Names are as everywhere outside of Go: in snake_case, see flow/names.
//
// A [Session] keeps what the go tool and the imports' compiled forms have said, so that after an edit only the flow's package
// is parsed and checked again. It is told by [Session.Changed] when anything outside of that package changes.
//
// Code that does not compile is read as far as it can be: a name whose type is not known is still a name. Each thing that the
// compiler would refuse is a fault of its own kind ([graph.FaultType]), which an editor with gopls beside it leaves away.
//
// Lines and columns count from 1, columns in Unicode code points.
package golang
