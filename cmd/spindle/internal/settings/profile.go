package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Profile is one of the user's own configuration files, to be changed.
type Profile struct {
	Path   string
	values map[string]json.RawMessage
}

// OpenProfile reads the file of a profile, the default one if the name is empty. It need not exist.
func OpenProfile(src Sources, name string) (*Profile, error) {
	if strings.ContainsAny(name, `/\`) || strings.HasPrefix(name, ".") {
		return nil, fmt.Errorf("profile %q: a name has no slashes and does not begin with a dot", name)
	}
	lookup := src.LookupEnv
	src.LookupEnv = func(variable string) (string, bool) {
		if variable == "METAFLOW_PROFILE" {
			return name, name != ""
		}
		return lookup(variable)
	}
	path, _ := globalFile(src)
	p := &Profile{Path: path, values: map[string]json.RawMessage{}}
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err == nil {
		err = json.Unmarshal(data, &p.values)
	}
	if err != nil {
		return nil, fmt.Errorf("read profile %q: %w", path, err)
	}
	return p, nil
}

// Get is a variable's value as the environment would have it, empty for none.
func (p *Profile) Get(name string) string {
	values, err := decode(p.text())
	if err != nil {
		return ""
	}
	return values[name]
}

// Names are the variables that are set, sorted.
func (p *Profile) Names() []string { return slices.Sorted(maps.Keys(p.values)) }

// Set sets a variable, or removes it where the value is empty. It says whether that changes anything.
func (p *Profile) Set(name, value string) (changed bool, err error) {
	if p.Get(name) == value {
		return false, nil
	}
	if value == "" {
		delete(p.values, name)
		return true, nil
	}
	p.values[name], err = json.Marshal(value)
	return err == nil, err
}

// Save writes the file, whole or not at all, for its user's eyes alone: there may be a key in it.
func (p *Profile) Save() (err error) {
	dir := filepath.Dir(p.Path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("write profile: %w", err)
	}
	f, err := os.CreateTemp(dir, ".config-*") // that only the user may read
	if err != nil {
		return fmt.Errorf("write profile: %w", err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(f.Name())
			err = fmt.Errorf("write profile %q: %w", p.Path, err)
		}
	}()
	_, err = f.Write(append(p.text(), '\n'))
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), p.Path)
}

func (p *Profile) text() []byte {
	text, err := json.MarshalIndent(p.values, "", "    ")
	if err != nil { // every value was JSON when it was read or set
		panic(err)
	}
	return text
}
