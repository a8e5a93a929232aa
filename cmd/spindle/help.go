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
  {{if .HasParent}}{{.Parent.CommandPath}} {{end}}{{.Use}} [options]
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
{{.LocalFlags.FlagUsagesWrapped 80 | trimTrailingWhitespaces}}
{{- end}}
{{- if .HasAvailableInheritedFlags}}

Options of every command:
{{.InheritedFlags.FlagUsagesWrapped 80 | trimTrailingWhitespaces}}
{{- end}}
{{- if not .HasParent}}

` + "`spindle COMMAND --help` says more about a command, `spindle help exit-codes`\nwhat the numbers mean that commands end with." + `
{{- end}}
`
	helpTemplate = `{{with (or .Long .Short)}}{{. | trimTrailingWhitespaces}}

{{end}}{{.UsageString}}`
)

// helpWidth is how wide help is: what every terminal shows without wrapping.
const helpWidth = 80

// text lays paragraphs out to the width of help.
func text(paragraphs string) string {
	var b strings.Builder
	for i, paragraph := range strings.Split(paragraphs, "\n\n") {
		if i > 0 {
			b.WriteString("\n\n")
		}
		used := 0
		for word := range strings.FieldsSeq(paragraph) {
			switch {
			case used == 0:
			case used+1+len(word) > helpWidth:
				b.WriteByte('\n')
				used = 0
			default:
				b.WriteByte(' ')
				used++
			}
			b.WriteString(word)
			used += len(word)
		}
	}
	return b.String()
}

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
