// Package settings reads Metaflow's configuration variables.
//
// A variable METAFLOW_X comes from, first found wins: the environment; config.json in the .metaflow folder of the working folder or of
// the nearest folder above it that has one; config.json (or config_<METAFLOW_PROFILE>.json) in METAFLOW_HOME or ~/.metaflowconfig.
package settings

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Sources is where settings are looked for.
type Sources struct {
	// LookupEnv looks up an environment variable, as os.LookupEnv.
	LookupEnv func(string) (string, bool)
	// Dir is the working folder.
	Dir string
	// Home is the user's home folder, which replaces a leading ~.
	Home string
}

// Settings are the variables as they stand for one command.
type Settings struct {
	lookupEnv func(string) (string, bool)
	layers    []layer
}

type layer struct {
	path   string
	values map[string]string
}

// Load reads the configuration files. A missing file is no error, except for one named by METAFLOW_PROFILE.
func Load(src Sources) (*Settings, error) {
	s := &Settings{lookupEnv: src.LookupEnv}
	if dir, ok := projectDir(src.Dir); ok {
		if err := s.add(filepath.Join(dir, "config.json"), false); err != nil {
			return nil, err
		}
	}
	path, must := globalFile(src)
	if err := s.add(path, must); err != nil {
		return nil, err
	}
	return s, nil
}

// Lookup finds the variable of that full name (METAFLOW_USER), and says where: "environment" or a file.
func (s *Settings) Lookup(name string) (value, origin string, ok bool) {
	if v, ok := s.lookupEnv(name); ok {
		return v, "environment", true
	}
	if !strings.HasPrefix(name, "METAFLOW_") {
		return "", "", false
	}
	for _, l := range s.layers {
		if v, ok := l.values[name]; ok {
			return v, l.path, true
		}
	}
	return "", "", false
}

// Env is the value of a variable, empty when it has none: the environment as the rest of the engine sees it, with the configuration
// files below it.
func (s *Settings) Env(name string) string {
	v, _, _ := s.Lookup(name)
	return v
}

// Files are the configuration files that were read, the stronger first.
func (s *Settings) Files() []string {
	files := make([]string, len(s.layers))
	for i, l := range s.layers {
		files[i] = l.path
	}
	return files
}

func (s *Settings) add(path string, must bool) error {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		if must {
			return fmt.Errorf("the profile's file %q does not exist; unset METAFLOW_PROFILE or create it", path)
		}
		return nil
	}
	if err != nil {
		return fmt.Errorf("reading the configuration: %w", err)
	}
	values, err := decode(data)
	if err != nil {
		return fmt.Errorf("reading the configuration %q: %w", path, err)
	}
	s.layers = append(s.layers, layer{path: path, values: values})
	return nil
}

// decode turns the file's values into the text the same variable would hold in the environment.
func decode(data []byte) (map[string]string, error) {
	var raw map[string]json.RawMessage
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, fmt.Errorf("it is not a JSON object: %w", err)
	}
	values := make(map[string]string, len(raw))
	for name, text := range raw {
		var v string
		switch {
		case string(text) == "null":
			continue
		case json.Unmarshal(text, &v) == nil:
			values[name] = v
		default:
			values[name] = string(text)
		}
	}
	return values, nil
}

// projectDir is the nearest .metaflow folder at or above dir.
func projectDir(dir string) (string, bool) {
	for {
		candidate := filepath.Join(dir, ".metaflow")
		if info, err := os.Stat(candidate); err == nil && info.IsDir() {
			return candidate, true
		}
		up := filepath.Dir(dir)
		if up == dir {
			return "", false
		}
		dir = up
	}
}

func globalFile(src Sources) (path string, must bool) {
	home, _ := src.LookupEnv("METAFLOW_HOME")
	if home == "" {
		home = "~/.metaflowconfig"
	}
	if home == "~" || strings.HasPrefix(home, "~/") {
		home = src.Home + home[1:]
	}
	if profile, _ := src.LookupEnv("METAFLOW_PROFILE"); profile != "" {
		return filepath.Join(home, "config_"+profile+".json"), true
	}
	return filepath.Join(home, "config.json"), false
}
