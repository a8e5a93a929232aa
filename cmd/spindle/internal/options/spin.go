package options

import (
	"strconv"
	"strings"

	"github.com/spf13/pflag"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
)

// Spin are the options of `spin`.
type Spin struct {
	Origin    string
	Index     string
	Item      string
	ItemGiven bool
	All       bool
	Set       []string
	Module    string
	Fresh     bool
	Bootstrap bool
	Persist   bool
	Bare      bool // without decorators
	Watch     bool
	PDB       bool
	Debugpy   int // the port, if DebugpyOn
	DebugpyOn bool
	NoWarm    bool

	Tags       []string
	MaxWorkers int
	MaxLogSize int
	RunIDFile  string
	AttrFile   string
	Namespace  string

	namespaceGiven bool
}

// NewSpin are the options as they stand when none is given.
func NewSpin() *Spin { return &Spin{MaxWorkers: 16, MaxLogSize: 10} }

// Bind adds the options to flags.
func (s *Spin) Bind(flags *pflag.FlagSet) {
	text(flags, &s.Origin, "origin", "spin on this `RUN`: an id, latest, production, or a tag of the newest run that has it")
	text(flags, &s.Index, "index", "spin the foreach item at this `INDEX`; 1,3 for nested loops")
	text(flags, &s.Item, "item", "spin the foreach item with this `TEXT`")
	Switch(flags, &s.All, "all", "", "spin all items of the foreach, several at a time")
	list(flags, &s.Set, "set", "give an artifact or parameter a value: `NAME=VALUE`, JSON or text; may be given several times")
	text(flags, &s.Module, "artifacts-module", "take values from the dict ARTIFACTS of this Python `FILE`")
	Switch(flags, &s.Fresh, "fresh", "", "take inputs from the origin alone, not from what was spun before")
	Switch(flags, &s.Bootstrap, "bootstrap", "", "run the steps before it that have no result yet")
	Switch(flags, &s.Persist, "persist", "no-persist", "let Metaflow's readers see the artifacts (inspect_spin)")
	Switch(flags, &s.Bare, "skip-decorators", "", "run the step without its decorators")
	Switch(flags, &s.Watch, "watch", "", "spin again whenever a file of the flow is saved; Ctrl-C ends it")
	Switch(flags, &s.PDB, "pdb", "", "open Python's debugger on the terminal where the step fails")
	number(flags, &s.Debugpy, "debugpy", "wait until a debugger attaches to the step's process on this `PORT`; 0 for one that is free")
	Switch(flags, &s.NoWarm, "no-warm", "", "import the flow anew, and keep nothing in the background for the next spin")
	number(flags, &s.MaxWorkers, "max-workers", "run at most `N` tasks at the same time")
	number(flags, &s.MaxLogSize, "max-log-size", "keep at most `MB` megabytes of a task's stdout, and of its stderr")
	text(flags, &s.Namespace, "namespace", "look for the latest run in this `TAG`'s namespace; empty for all (default user:<name>)")
	list(flags, &s.Tags, "tag", "give the spun task this `TAG`; may be given several times")
	text(flags, &s.RunIDFile, "run-id-file", "write the id of the spun task's run to this `FILE`")
	hidden(flags, &s.AttrFile, "runner-attribute-file", "write what was spun and where its metadata is to this file, as JSON")
}

// Finish takes from the settings what the command line left open, and checks the values.
func (s *Spin) Finish(flags *pflag.FlagSet, lookup Lookup) error {
	changed := func(name string) bool { return flags.Lookup(name) != nil && flags.Lookup(name).Changed }
	s.ItemGiven, s.namespaceGiven, s.DebugpyOn = changed("item"), changed("namespace"), changed("debugpy")
	if value, _, ok := lookup("METAFLOW_SPIN_PERSIST"); ok && !changed("persist") && !changed("no-persist") {
		s.Persist, _ = strconv.ParseBool(value)
	}
	chosen := 0
	for _, name := range []string{"index", "item", "all"} {
		if changed(name) {
			chosen++
		}
	}
	switch {
	case chosen > 1:
		return fault.Usagef("--index, --item and --all exclude one another")
	case s.PDB && s.All:
		return fault.Usagef("--pdb and --all exclude one another: one terminal has one debugger")
	case s.DebugpyOn && s.All:
		return fault.Usagef("--debugpy and --all exclude one another: a port has one process")
	case s.DebugpyOn && s.PDB:
		return fault.Usagef("--debugpy and --pdb exclude one another")
	case s.Debugpy < 0 || s.Debugpy > 65535:
		return fault.Usagef("invalid value for --debugpy: %d is no port", s.Debugpy)
	case s.MaxWorkers < 1:
		return fault.Usagef("invalid value for --max-workers: %d is less than 1", s.MaxWorkers)
	case s.MaxLogSize < 1:
		return fault.Usagef("invalid value for --max-log-size: %d is less than 1", s.MaxLogSize)
	}
	for _, setting := range s.Set {
		if name, _, ok := strings.Cut(setting, "="); !ok || strings.TrimSpace(name) == "" {
			return fault.Usagef("invalid value for --set: %q is not NAME=VALUE", setting)
		}
	}
	return nil
}

// View is the namespace for the client API and for finding the latest run: nil for everything.
func (s *Spin) View(identity string) *string {
	return (&Run{Namespace: s.Namespace, namespaceGiven: s.namespaceGiven}).View(identity)
}
