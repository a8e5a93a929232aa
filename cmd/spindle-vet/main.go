// Command spindle-vet finds the faults of flows in Go as a tool of go vet's:
//
//	go vet -vettool=$(which spindle-vet) ./...
package main

import (
	"golang.org/x/tools/go/analysis/unitchecker"

	"github.com/spindle-flow/spindle/engine/lint/vet"
)

func main() { unitchecker.Main(vet.Analyzer()) }
