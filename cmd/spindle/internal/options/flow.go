package options

import (
	"strconv"
	"strings"

	"github.com/spf13/pflag"
)

// Flow are the options that a flow's decorators add: --branch and --production by @project, --trigger by @trigger_on_finish.
type Flow struct {
	Branch     string
	Production bool
	Trigger    []string
}

// Bind adds those options that the decorators of the flow, given by name, make available.
func (f *Flow) Bind(flags *pflag.FlagSet, decorators []string) {
	for _, d := range decorators {
		switch d {
		case "project":
			text(flags, &f.Branch, "branch", "run in this `BRANCH` of the project")
			Switch(flags, &f.Production, "production", "", "run in the project's production branch")
		case "trigger_on_finish":
			list(flags, &f.Trigger, "trigger", "take the run of this `PATHSPEC` to have triggered this one; may be given several times")
		}
	}
}

// Scan takes the options from a command line read leniently, but for those that parameters of the flow have taken, and from the
// environment (METAFLOW_FLOW_BRANCH). The worker needs them before it can tell which of them there are.
func (f *Flow) Scan(values map[string][]string, taken func(name string) bool, lookupEnv func(string) (string, bool)) {
	last := func(name string) string {
		if given := values[name]; len(given) > 0 && !taken(name) {
			return given[len(given)-1]
		}
		value, _ := lookupEnv("METAFLOW_FLOW_" + strings.ToUpper(name))
		return value
	}
	f.Branch = last("branch")
	f.Production, _ = strconv.ParseBool(last("production"))
	if given := values["trigger"]; len(given) > 0 && !taken("trigger") {
		f.Trigger = given
	} else if value, ok := lookupEnv("METAFLOW_FLOW_TRIGGER"); ok {
		f.Trigger = strings.Fields(value)
	}
}

// Request is the options' part of what a worker is asked to describe.
func (f *Flow) Request(user string, namespace *string) map[string]any {
	request := map[string]any{"production": f.Production, "user": user}
	if f.Branch != "" {
		request["branch"] = f.Branch
	}
	if len(f.Trigger) > 0 {
		request["trigger"] = f.Trigger
	}
	if namespace != nil {
		request["namespace"] = *namespace
	}
	return request
}
