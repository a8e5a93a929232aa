package main

import (
	"os"
	"strconv"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/server"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/version"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/engine/worker/pipe"
)

const taskVariable = "SPINDLE_TASK_FD"

// newStoreServer is started by the SDK's client in scripts and notebooks.
func newStoreServer(a *app) *cobra.Command {
	return &cobra.Command{
		Use: "store-server", Short: "Serve the client API on the descriptor in " + taskVariable, Hidden: true,
		Args: arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			text, _ := a.ws.LookupEnv(taskVariable)
			fd, err := strconv.Atoi(text)
			if err != nil || fd < 3 {
				return fault.Usagef("store-server is started by Spindle's Python package, with a descriptor in %s", taskVariable)
			}
			if err := a.ws.Prepare(); err != nil {
				return err
			}
			stores, err := a.ws.OpenForClient()
			if err != nil {
				return err
			}
			defer stores.Close()
			syscall.CloseOnExec(fd)
			if err := syscall.SetNonblock(fd, true); err != nil {
				return fault.Usagef("%s=%s: %v", taskVariable, text, err)
			}
			conn := worker.NewConn(pipe.NewReader(os.NewFile(uintptr(fd), "store calls")))
			defer conn.Close()
			return server.Serve(cmd.Context(), conn, worker.Identity{Version: version.Number, File: a.ws.Executable}, stores.History(a.ws, ""))
		},
	}
}
