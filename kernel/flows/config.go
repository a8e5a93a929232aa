package flows

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
)

// errNoConfigs says what to do as long as the engine runs no flow with configs.
var errNoConfigs = errors.New("configs are not supported by Spindle yet: a flow with Config can't be run. " +
	"Give values as parameters (%run --alpha 0.5), to one step by %spin STEP --set alpha=0.5, or let the start step read the file")

// configSuffixes are those of files that a config can be in.
func configSuffixes() []string { return []string{".json", ".yaml", ".yml", ".toml"} }

// namesConfig says whether the arguments of %config name a file, alone or as NAME=FILE. With others the magic is IPython's.
func namesConfig(args string) bool {
	first, _, _ := strings.Cut(args, " ")
	return slices.Contains(configSuffixes(), strings.ToLower(filepath.Ext(strings.Trim(first, `"'`))))
}

func (r *Runner) magicConfig(context.Context, []string, *stage) error {
	if _, _, err := r.needed(); err != nil {
		return err
	}
	return errNoConfigs
}
