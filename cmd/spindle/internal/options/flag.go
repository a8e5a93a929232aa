// Package options are the options of Metaflow's command line that do not come from a flow.
//
// Each struct binds its fields to a flag set, takes from environment and configuration what was not given, and refuses what this version
// cannot do with a message that says so.
package options

import (
	"strconv"

	"github.com/spf13/pflag"
)

// Switch binds a pair of flags such as --quiet and --not-quiet to one variable. Names that the set already has are left out.
func Switch(flags *pflag.FlagSet, target *bool, on, off, help string) {
	if flags.Lookup(on) == nil {
		flags.BoolVar(target, on, *target, help)
	}
	if off == "" || flags.Lookup(off) != nil {
		return
	}
	flag := flags.VarPF(&opposite{target}, off, "", "the opposite of --"+on)
	flag.NoOptDefVal = "true"
	flag.Hidden = true
}

// opposite is a flag that turns a variable off. It implements pflag.Value.
type opposite struct{ target *bool }

func (o *opposite) String() string {
	if o.target == nil {
		return "false"
	}
	return strconv.FormatBool(!*o.target)
}

func (o *opposite) Set(text string) error {
	on, err := strconv.ParseBool(text)
	if err == nil {
		*o.target = !on
	}
	return err
}

func (o *opposite) Type() string     { return "bool" }
func (o *opposite) IsBoolFlag() bool { return true }

// text, list and number bind an option unless a parameter of the flow has taken its name.
func text(flags *pflag.FlagSet, target *string, name, help string) {
	if flags.Lookup(name) == nil {
		flags.StringVar(target, name, *target, help)
	}
}

// hidden binds an option that help does not show.
func hidden(flags *pflag.FlagSet, target *string, name, help string) {
	if flags.Lookup(name) == nil {
		flags.StringVar(target, name, *target, help)
		flags.Lookup(name).Hidden = true
	}
}

// hiddenSwitch is Switch for flags that help does not show.
func hiddenSwitch(flags *pflag.FlagSet, target *bool, on, off, help string) {
	if flags.Lookup(on) == nil {
		flags.BoolVar(target, on, *target, help)
		flags.Lookup(on).Hidden = true
	}
	Switch(flags, target, on, off, help)
}

func list(flags *pflag.FlagSet, target *[]string, name, help string) {
	if flags.Lookup(name) == nil {
		flags.StringArrayVar(target, name, *target, help)
	}
}

// hiddenList is [list] for an option that help does not show.
func hiddenList(flags *pflag.FlagSet, target *[]string, name, help string) {
	if flags.Lookup(name) == nil {
		list(flags, target, name, help)
		flags.Lookup(name).Hidden = true
	}
}

func number(flags *pflag.FlagSet, target *int, name, help string) {
	if flags.Lookup(name) == nil {
		flags.IntVar(target, name, *target, help)
	}
}
