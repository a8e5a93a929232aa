package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/kernel/kernelspec"
)

type kernelInstallOptions struct {
	user                  bool
	prefix, name, display string
}

func newKernelInstall(a *app) *cobra.Command {
	opts := &kernelInstallOptions{}
	cmd := &cobra.Command{
		Use: "install (--user | --prefix DIR)", Short: "Let Jupyter know the kernel",
		Long: text(`Write what tells Jupyter that this kernel is there. With --python the kernel always runs that interpreter; without it the one that belongs to the
notebook's folder.`),
		Example: `  spindle kernel install --user
  spindle kernel install --prefix "$VIRTUAL_ENV" --name forecasts --display-name Forecasts`,
		Args: arguments(0, 0, ""),
		RunE: func(*cobra.Command, []string) error { return a.installKernel(opts) },
	}
	flags := cmd.Flags()
	flags.BoolVar(&opts.user, "user", false, "for you, in your Jupyter data folder")
	flags.StringVar(&opts.prefix, "prefix", "", "for the environment at `DIR`, in DIR/share/jupyter")
	flags.StringVar(&opts.name, "name", "spindle", "the `NAME` that programs know the kernel by")
	flags.StringVar(&opts.display, "display-name", "Spindle (Python)", "the `TEXT` that a notebook's menu shows")
	return cmd
}

func (a *app) installKernel(opts *kernelInstallOptions) error {
	if opts.user == (opts.prefix != "") {
		return &fault.Usage{Message: errNoPlace.Error(), Command: "spindle kernel install"}
	}
	data := kernelspec.UserData(a.ws.Home, a.ws.Env)
	if opts.prefix != "" {
		data = kernelspec.PrefixData(a.ws.Abs(opts.prefix))
	}
	argv := []string{a.ws.Executable}
	if a.top.Python != "" {
		argv = append(argv, "--python", a.ws.Abs(a.top.Python))
	}
	dir, err := kernelspec.Install(data, kernelspec.Spec{
		Name: opts.name, DisplayName: opts.display, Argv: append(argv, "kernel", "-f", "{connection_file}"),
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(a.io.Out, "%s\n", dir)
	a.say("Jupyter knows the kernel %q from now on", opts.name)
	return nil
}
