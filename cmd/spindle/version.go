package main

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/version"
	"github.com/spindle-flow/spindle/engine/worker"
)

type versionJSON struct {
	Version  string `json:"version"`
	Metaflow string `json:"metaflow"` // whose formats and behaviour it keeps to
	Protocol int    `json:"protocol"`
	Go       string `json:"go"`
	Platform string `json:"platform"`
}

func newVersion(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "version", Short: "Say which Spindle this is", GroupID: groupMore,
		Args: arguments(0, 0, ""),
		RunE: func(*cobra.Command, []string) error {
			v := versionJSON{version.Number, version.Metaflow, worker.Protocol, runtime.Version(), runtime.GOOS + "/" + runtime.GOARCH}
			if a.json {
				report.WriteJSON(a.io.Out, v)
				return nil
			}
			fmt.Fprintf(a.io.Out, "spindle %s (as Metaflow %s, task protocol %d, %s, %s)\n", v.Version, v.Metaflow, v.Protocol, v.Go, v.Platform)
			return nil
		},
	}
	a.bindJSON(cmd)
	return cmd
}

// bindJSON adds --json, which every reading verb has. Its value is known from the start, see [wantsJSON].
func (a *app) bindJSON(cmd *cobra.Command) {
	cmd.Flags().Bool("json", a.json, "print JSON, a failure too (see docs/json-output.md)")
}
