// Command spindle runs Metaflow flows on a Go engine.
//
// Each verb is a file of this package: its options, its help and a function that does the work through the engine's packages. What several verbs
// need (streams, options, views of a run, reports of faults) lives in internal/.
package main

import "os"

func main() { os.Exit(int(execute(systemApp(), os.Args[1:]))) }
