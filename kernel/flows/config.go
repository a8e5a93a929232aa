package flows

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
)

// configSuffixes are those of files that a config can be in.
func configSuffixes() []string { return []string{".json", ".yaml", ".yml", ".toml"} }

// namesConfig says whether the arguments of %config name a file, alone or as NAME=FILE. With others the magic is IPython's.
func namesConfig(args string) bool {
	first, _, _ := strings.Cut(args, " ")
	return slices.Contains(configSuffixes(), strings.ToLower(filepath.Ext(strings.Trim(first, `"'`))))
}

// magicConfig attaches files to the flow's configs: what is run and spun from now on has them.
func (r *Runner) magicConfig(_ context.Context, args []string, st *stage) error {
	_, s, err := r.needed()
	if err != nil {
		return err
	}
	var names []string
	for _, c := range s.Flow.Configs.Declared {
		names = append(names, c.Name)
	}
	for _, arg := range args {
		name, file, given := strings.Cut(arg, "=")
		if !given {
			file = arg
			if name, err = configOf(file, names); err != nil {
				return err
			}
		}
		if len(names) > 0 && !slices.Contains(names, name) && !slices.Contains(names, "") {
			return fmt.Errorf("%s has no config %q; it has %s", s.Flow.Name, name, strings.Join(names, ", "))
		}
		r.mu.Lock()
		r.configs = append(slices.DeleteFunc(slices.Clone(r.configs), func(c string) bool { return strings.HasPrefix(c, name+"=") }), name+"="+file)
		r.mu.Unlock()
		st.print("The config %s is %s.", name, strings.ReplaceAll(file, ",", ", then "))
	}
	return nil
}

// configOf is the config that a file is for: the one that is called as it is, or the only one.
func configOf(file string, names []string) (string, error) {
	stem := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	switch {
	case slices.Contains(names, stem):
		return stem, nil
	case len(names) == 0:
		return "", errors.New("the flow has no configs: cfg = Config(\"cfg\") in its class declares one")
	case len(names) == 1 && names[0] != "":
		return names[0], nil
	}
	return "", fmt.Errorf("say which config %s is for: %%config NAME=%s (there are %s)", file, file, strings.Join(names, ", "))
}

// withConfigs adds the attached files to arguments that do not name the config themselves.
func (r *Runner) withConfigs(args []string) []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := slices.Clone(args)
	for _, c := range r.configs {
		name, _, _ := strings.Cut(c, "=")
		named := slices.ContainsFunc(args, func(a string) bool {
			return a == name || strings.HasPrefix(a, name+"=") || strings.HasPrefix(a, "--config="+name+"=")
		})
		if !named {
			out = append(out, "--config", c)
		}
	}
	return out
}
