package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/google/uuid"
	"github.com/spf13/cobra"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/version"
	"github.com/spindle-flow/spindle/kernel"
	"github.com/spindle-flow/spindle/kernel/cells"
	"github.com/spindle-flow/spindle/kernel/flows"
	pyprocess "github.com/spindle-flow/spindle/kernel/python"
	"github.com/spindle-flow/spindle/kernel/wire"
)

func newKernel(a *app) *cobra.Command {
	var file string
	cmd := &cobra.Command{
		Use: "kernel -f CONNECTION_FILE", Short: "Serve notebooks (Jupyter kernel)", GroupID: groupMore,
		Long: text(`Be the kernel of a Jupyter notebook. Jupyter starts this by itself once it has been installed; docs/kernel.md says what the kernel can do. Cells are
run by the Python that a flow in the notebook's folder would get (see spindle doctor), with IPython where that environment has it.`),
		Example: `  spindle kernel install --user    let Jupyter know the kernel
  spindle kernel -f FILE           what Jupyter then runs`,
		Args: arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if file == "" {
				return fault.WithHint(&fault.Usage{Message: "a kernel needs a connection file: -f CONNECTION_FILE", Command: cmd.CommandPath()},
					"Jupyter writes one; to let it know the kernel: spindle kernel install --user")
			}
			// Ctrl-C in the terminal of a frontend is the frontend's.
			signal.Ignore(syscall.SIGINT)
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGTERM, syscall.SIGHUP)
			defer stop()
			return a.serveKernel(ctx, file)
		},
	}
	cmd.Flags().StringVarP(&file, "connection-file", "f", "", "the `FILE` that says where to listen and with which key")
	cmd.AddCommand(newKernelInstall(a))
	return cmd
}

func (a *app) serveKernel(ctx context.Context, file string) error {
	data, err := os.ReadFile(a.ws.Abs(file))
	if err != nil {
		return fault.Usagef("connection file: %v", err)
	}
	connection, err := wire.ParseConnection(data)
	if err != nil {
		return fault.Usagef("%q: %v", file, err)
	}
	user, err := a.ws.User()
	if err != nil {
		user = "kernel" // a notebook needs no name for its runs until it starts one
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	go endWithParent(ctx, a.ws.Env("JPY_PARENT_PID"), stop)
	attached := flows.New(flowHost{a}, uuid.NewString, os.TempDir())
	defer attached.Close()
	return kernel.Serve(ctx, kernel.Options{
		Connection: connection,
		Python:     a.kernelPython,
		Version:    version.Number,
		User:       user,
		Now:        a.ws.Now,
		NewID:      uuid.NewString,
		Temp:       os.TempDir(),
		Sources:    attached.Files,
		Runners:    []cells.Runner{attached},
		Asked:      attached.Asked,
		Log:        func(line string) { fmt.Fprintln(a.io.Err, "spindle kernel: "+line) },
	})
}

// kernelPython is how the kernel's Python process is started: with the interpreter of the notebook's folder.
func (a *app) kernelPython(ctx context.Context) (pyprocess.Program, error) {
	p, err := a.ws.Python(ctx, a.ws.Dir, a.top.Python, io.Discard, io.Discard)
	if err != nil {
		return pyprocess.Program{}, err
	}
	program := p.Module("spindle.kernel")
	return pyprocess.Program{Argv: program.Argv, Env: program.Env, Dir: program.Dir}, nil
}

// endWithParent ends the kernel when the server that started it is gone: it was killed, and nobody is left to ask for shutdown.
func endWithParent(ctx context.Context, parent string, stop func()) {
	pid, err := strconv.Atoi(parent)
	if err != nil || pid <= 1 || pid != os.Getppid() {
		return
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if os.Getppid() != pid {
				stop()
				return
			}
		}
	}
}

var errNoPlace = errors.New("say where Jupyter is to find the kernel: --user or --prefix DIR")
