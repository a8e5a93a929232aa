// Command goelsewhere runs a flow of another package.
package main

import (
	"github.com/spindle-flow/spindle/flow"
	"github.com/spindle-flow/spindle/kernel/flows/testdata/goelsewhere/tiny"
)

func main() { flow.Main(&tiny.Tiny{}) }
