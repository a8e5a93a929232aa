package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/options"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/params"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/worker"
)

// help tells what `run` and `resume` do; with a flow also which parameters it has, as far as its source tells.
func (l *launch) help(flow *graph.Flow, parameters []worker.Parameter) error {
	w := l.io.Out
	fmt.Fprintf(w, "%s\n\nUsage:\n  spindle %s [options]\n\nExamples:\n%s\n", l.cmd.Long, l.cmd.Use, l.cmd.Example)
	own := pflag.NewFlagSet("", pflag.ContinueOnError)
	if flow != nil && l.verb == "run" {
		params.Bind(own, parameters)
		if own.HasFlags() {
			fmt.Fprintf(w, "\nParameters of %s:\n%s", flow.Name, own.FlagUsagesWrapped(helpWidth))
		}
	}
	of := pflag.NewFlagSet("", pflag.ContinueOnError)
	of.SortFlags = false
	run := options.NewRun()
	switch l.verb {
	case "run":
		run.Bind(of)
	case "spin":
		options.NewSpin().Bind(of)
		l.bindJSONFlag(of)
	default:
		run.BindResume(of)
	}
	if flow != nil {
		var names []string
		for _, d := range flow.Decorators {
			names = append(names, d.Name)
		}
		(&options.Flow{}).Bind(of, names)
	}
	fmt.Fprintf(w, "\nOptions:\n%s", of.FlagUsagesWrapped(helpWidth))
	top := pflag.NewFlagSet("", pflag.ContinueOnError)
	options.NewTop().Bind(top)
	fmt.Fprintf(w, "\nOptions of every command:\n%s", top.FlagUsagesWrapped(helpWidth))
	return nil
}

// ofSource are parameters as the source tells them.
func ofSource(parameters []*graph.Parameter) []worker.Parameter {
	var out []worker.Parameter
	for _, p := range parameters {
		q := worker.Parameter{Name: p.Name, Attr: p.Attr, Class: p.Class, Type: p.Type, Required: p.Required, Help: p.Help, Kind: "parameter"}
		if p.Class == "Config" {
			q.Kind = "config"
		}
		if p.Default != "" && p.Default != "None" {
			q.HasDefault = true
			q.Default = json.RawMessage(strings.Trim(p.Default, `"'`))
		}
		out = append(out, q)
	}
	return out
}

// badParameters tells all wrong and missing parameters at once.
func (l *launch) badParameters(problems []string) error {
	message := problems[0]
	if len(problems) > 1 {
		message = strconv.Itoa(len(problems)) + " parameters of " + l.description.Name + " are wrong:"
		for _, p := range problems {
			message += "\n    " + p
		}
	}
	return &fault.Usage{Message: message, Command: l.commandPath()}
}

func quoted(s string) string { return strconv.Quote(s) }
