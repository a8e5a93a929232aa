package params

import (
	"fmt"
	"strings"

	"github.com/spf13/pflag"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Set is the parameters of one flow as options.
type Set struct {
	values   []*value
	problems []string
}

// Bind adds an option for each parameter to flags. Configs are none: they are fixed before a run.
func Bind(flags *pflag.FlagSet, parameters []worker.Parameter) *Set {
	s := &Set{}
	for _, p := range parameters {
		if p.Kind == "config" {
			continue
		}
		v := &value{spec: p, problems: &s.problems}
		s.values = append(s.values, v)
		flag := flags.VarPF(v, p.Name, "", help(p))
		if p.Flag {
			flag.NoOptDefVal = "true"
		}
	}
	return s
}

// Names are the parameters' names.
func (s *Set) Names() []string {
	names := make([]string, len(s.values))
	for i, v := range s.values {
		names[i] = v.spec.Name
	}
	return names
}

// Finish takes what the command line left open from the environment (METAFLOW_RUN_ALPHA for alpha) and says all that is wrong.
func (s *Set) Finish(lookupEnv func(string) (string, bool)) []string {
	var missing []string
	for _, v := range s.values {
		if v.given == nil {
			v.fromEnvironment(lookupEnv)
		}
		if v.given == nil && v.spec.Required && !v.spec.HasDefault && !v.spec.DeployTime {
			missing = append(missing, fmt.Sprintf("missing option --%s%s", v.spec.Name, about(v.spec)))
		}
	}
	return append(missing, s.problems...)
}

// Values are the given values by parameter, as text.
func (s *Set) Values() map[string][]string {
	values := map[string][]string{}
	for _, v := range s.values {
		if v.given != nil {
			values[v.spec.Name] = v.given
		}
	}
	return values
}

func (v *value) fromEnvironment(lookupEnv func(string) (string, bool)) {
	text, ok := lookupEnv(EnvName("run", v.spec.Name))
	if !ok {
		return
	}
	given := []string{text}
	if v.spec.Multiple {
		given = strings.Fields(text)
	}
	for _, g := range given {
		_ = v.Set(g)
	}
}

// EnvName is the environment variable that gives a value to an option of a command.
func EnvName(command, option string) string {
	return "METAFLOW_" + strings.ToUpper(strings.ReplaceAll(command+"_"+option, "-", "_"))
}

func help(p worker.Parameter) string {
	text := strings.TrimSpace(strings.ReplaceAll(p.Help, "`", "'"))
	add := func(note string) {
		if text != "" {
			text += " "
		}
		text += note
	}
	switch {
	case p.Required && !p.HasDefault && !p.DeployTime:
		add("(required)")
	case p.DeployTime:
		add("(default: computed when the run starts)")
	case p.HasDefault && string(p.Default) != "null" && len(p.Default) > 0:
		add("(default: " + strings.Trim(string(p.Default), `"`) + ")")
	}
	if p.Multiple {
		add("(may be given several times)")
	}
	return text
}

func about(p worker.Parameter) string {
	if p.Help == "" {
		return ""
	}
	return ": " + p.Help
}
