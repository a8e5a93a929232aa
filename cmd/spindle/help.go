package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/exitcode"
)

// The templates follow one order: what it does, how it is called, examples, what there is to choose from.
const (
	usageTemplate = `Usage:
  {{.UseLine}}
{{- if .HasAvailableSubCommands}}{{$cmd := .}}
{{- if .Groups}}{{range $group := .Groups}}

{{.Title}}:{{range $cmd.Commands}}{{if and (eq .GroupID $group.ID) .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}
{{- else}}

Commands:{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}
{{- end}}
{{- if .HasExample}}

Examples:
{{.Example}}
{{- end}}
{{- if .HasAvailableLocalFlags}}

Options:
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}
{{- end}}
{{- if .HasAvailableInheritedFlags}}

Options of every command:
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}
{{- end}}
`
	helpTemplate = `{{with (or .Long .Short)}}{{. | trimTrailingWhitespaces}}

{{end}}{{.UsageString}}`
)

func newHelp(a *app, root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND | exit-codes]", Short: "Say what a command does, with examples", GroupID: groupMore,
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return root.Help()
			}
			if args[0] == "exit-codes" {
				fmt.Fprint(a.io.Out, exitCodes())
				return nil
			}
			cmd, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 || cmd == root {
				return unknownVerb(root, args[0])
			}
			cmd.InitDefaultHelpFlag()
			return cmd.Help()
		},
	}
}

func exitCodes() string {
	var b strings.Builder
	b.WriteString("What the numbers a command ends with mean:\n\n")
	for _, e := range exitcode.Table() {
		fmt.Fprintf(&b, "  %3d  %-12s %s\n", e.Code, e.Name, e.Meaning)
	}
	return b.String()
}
