package options

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
)

// Top are the options before the command in `python flow.py [top options] command`. Spindle takes them anywhere.
type Top struct {
	Quiet         bool
	With          []string
	DatastoreRoot string
	Python        string
	Binary        string // of a flow in Go, built already
	Isolation     string
	// What is given for the flow's configs: NAME=FILE, NAME=JSON, NAME.KEY=VALUE.
	Config, ConfigValue, Set []string

	Metadata, Environment, Datastore string
	EventLogger, Monitor, Mode       string
	PackageSuffixes, LocalConfig     string
	Pylint, Rebuild                  bool
}

// NewTop are the options as they stand when none is given.
func NewTop() *Top { return &Top{Pylint: true} }

// Bind adds the options to flags, but for those whose name is taken by a parameter of the flow.
func (t *Top) Bind(flags *pflag.FlagSet) {
	Switch(flags, &t.Quiet, "quiet", "not-quiet", "say only what went wrong")
	list(flags, &t.With, "with", "add this `DECORATOR` to all steps, e.g. retry:times=3; may be given several times")
	text(flags, &t.DatastoreRoot, "datastore-root", "use the store in this `DIR`, not in the nearest .metaflow; with --datastore s3, s3://bucket/prefix")
	text(flags, &t.Datastore, "datastore", "keep values `WHERE`: local or s3 (default local)")
	text(flags, &t.Python, "python", "run steps with this `PYTHON`")
	text(flags, &t.Isolation, "isolation", "`HOW` a task gets its process: auto, fork or spawn (default auto)")

	// What is for flows with configs only is in the text of the verbs that run them.
	hiddenList(flags, &t.Config, "config", "give a config of the flow its value: `NAME=FILE`, or NAME=FILE,FILE for layers; may be given several times")
	hiddenList(flags, &t.ConfigValue, "config-value", "give a config of the flow a value: `NAME=JSON`; may be given several times")
	hiddenList(flags, &t.Set, "set", "set one key of a config: `NAME.KEY=VALUE`, JSON or text; may be given several times")

	// What follows is accepted so that command lines written for Metaflow keep working.
	text(flags, &t.Metadata, "metadata", "keep metadata `WHERE`: local, or service for that of METAFLOW_SERVICE_URL (default local)")
	hidden(flags, &t.Environment, "environment", "kind of environment: local")
	hidden(flags, &t.EventLogger, "event-logger", "event logger: nullSidecarLogger")
	hidden(flags, &t.Monitor, "monitor", "monitor: nullSidecarMonitor")
	hidden(flags, &t.Mode, "mode", "execution mode")
	hidden(flags, &t.PackageSuffixes, "package-suffixes", "more suffixes of files in a code package, e.g. .csv,.json; without effect on local runs")
	hidden(flags, &t.Binary, "binary", "run steps with this `BINARY` of a flow in Go, instead of building it")
	hidden(flags, &t.LocalConfig, "local-config-file", "internal")
	hiddenSwitch(flags, &t.Pylint, "pylint", "no-pylint", "accepted and ignored: spindle check has its own rules")
	hiddenSwitch(flags, &t.Rebuild, "force-rebuild-environments", "no-force-rebuild-environments", "without effect")
}

// Names are all top options, the hidden halves of switches too; arity is true for those that take a value.
func Names() (arity map[string]bool) {
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	NewTop().Bind(flags)
	arity = map[string]bool{}
	flags.VisitAll(func(f *pflag.Flag) { arity[f.Name] = f.NoOptDefVal == "" })
	return arity
}

// Lookup finds a setting: its value and where it comes from.
type Lookup func(name string) (value, origin string, ok bool)

// Fill takes from the settings what the command line left open, then checks that this version can do it all.
func (t *Top) Fill(lookup Lookup) error {
	if value, _, ok := lookup("METAFLOW_QUIET"); ok && !t.Quiet {
		t.Quiet, _ = strconv.ParseBool(value)
	}
	fill(&t.DatastoreRoot, lookup, "METAFLOW_DATASTORE_ROOT")
	kinds := []struct {
		option string
		value  *string
		names  []string
		known  []string
	}{
		{"metadata", &t.Metadata, []string{"METAFLOW_METADATA", "METAFLOW_DEFAULT_METADATA"}, []string{"local", "service"}},
		{"environment", &t.Environment, []string{"METAFLOW_ENVIRONMENT", "METAFLOW_DEFAULT_ENVIRONMENT"}, []string{"local"}},
		{"datastore", &t.Datastore, []string{"METAFLOW_DATASTORE", "METAFLOW_DEFAULT_DATASTORE"}, []string{"local", "s3"}},
		{"event-logger", &t.EventLogger, []string{"METAFLOW_EVENT_LOGGER", "METAFLOW_DEFAULT_EVENT_LOGGER"}, []string{"nullSidecarLogger"}},
		{"monitor", &t.Monitor, []string{"METAFLOW_MONITOR", "METAFLOW_DEFAULT_MONITOR"}, []string{"nullSidecarMonitor"}},
		{"mode", &t.Mode, []string{"METAFLOW_MODE"}, nil},
	}
	for _, k := range kinds {
		from := "--" + k.option
		for _, name := range k.names {
			if *k.value == "" {
				if origin := fill(k.value, lookup, name); origin != "" {
					from = name + " (" + origin + ")"
				}
			}
		}
		if *k.value != "" && !slices.Contains(k.known, *k.value) {
			return unsupported(k.option, *k.value, k.known, from)
		}
	}
	if err := t.settleRoot(); err != nil {
		return err
	}
	switch t.Isolation {
	case "", "auto", "fork", "spawn":
	default:
		return fault.Usagef("--isolation %q is not one of auto, fork, spawn", t.Isolation)
	}
	return nil
}

// settleRoot makes kind and root of the datastore agree. A root in S3 says where by itself.
func (t *Top) settleRoot() error {
	remote := strings.HasPrefix(t.DatastoreRoot, "s3://")
	switch {
	case remote && t.Datastore == "":
		t.Datastore = "s3"
	case remote && t.Datastore != "s3":
		return fault.WithHint(fault.Usagef("--datastore-root %q is in S3, but the datastore is %s", t.DatastoreRoot, t.Datastore), "use --datastore=s3")
	case t.Datastore == "s3" && t.DatastoreRoot != "" && !remote:
		return fault.WithHint(fault.Usagef("--datastore-root %q is not in S3, but the datastore is s3", t.DatastoreRoot), "give it as s3://bucket/prefix, or use --datastore=local")
	}
	return nil
}

func fill(target *string, lookup Lookup, name string) (origin string) {
	if *target != "" {
		return ""
	}
	value, origin, ok := lookup(name)
	if !ok || value == "" {
		return ""
	}
	*target = value
	return origin
}

func unsupported(option, value string, known []string, from string) error {
	err := fault.Usagef("%s %q from %s is not supported by this version of Spindle", option, value, from)
	if len(known) == 0 {
		return err
	}
	return fault.WithHint(err, "use --%s=%s", option, strings.Join(known, " or --"+option+"="))
}

// Decorators are the specifications of --with in the order in which they apply: those of the command, of the top level, of the settings.
func (t *Top) Decorators(command []string, lookup Lookup) []string {
	all := append(append([]string{}, command...), t.With...)
	if value, _, ok := lookup("METAFLOW_DECOSPECS"); ok && len(t.With) == 0 {
		all = append(all, strings.Fields(value)...)
	}
	if value, _, ok := lookup("METAFLOW_DEFAULT_DECOSPECS"); ok {
		all = append(all, strings.Fields(value)...)
	}
	return all
}

// Header is the first line of a command.
func Header(version, flow, identity string) string {
	return fmt.Sprintf("Spindle %s executing %s for %s", version, flow, identity)
}
