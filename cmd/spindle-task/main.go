// Command spindle-task runs one task of a flow where there is no engine: in a container. It is a static binary that the bootstrap of engine/compute/remote
// fetches and becomes.
//
// It reads its job from the object store, unpacks the code package, runs the step in a process of its own, sends what it prints and a sign of life
// while it runs, stores the values it leaves, and at last writes the outcome. Its exit codes are those of engine/compute/remote.
package main

import (
	"os"

	"github.com/spindle-flow/spindle/cmd/spindle-task/internal/task"
)

func main() { os.Exit(task.Main(task.System(os.Args[1:]))) }
