package settings_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/settings"
)

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func TestPrecedence(t *testing.T) {
	t.Parallel()
	home, project := t.TempDir(), t.TempDir()
	below := filepath.Join(project, "a", "b")
	if err := os.MkdirAll(below, 0o755); err != nil {
		t.Fatal(err)
	}
	global := filepath.Join(home, ".metaflowconfig", "config.json")
	local := filepath.Join(project, ".metaflow", "config.json")
	write(t, global, `{"METAFLOW_A":"global","METAFLOW_B":"global","METAFLOW_C":"global","METAFLOW_N":5,"METAFLOW_L":["x"],"METAFLOW_Z":null}`)
	write(t, local, `{"METAFLOW_A":"project","METAFLOW_B":"project","OTHER":"x"}`)
	env := map[string]string{"METAFLOW_A": "env", "METAFLOW_EMPTY": "", "HOME": home}

	s, err := settings.Load(settings.Sources{LookupEnv: lookup(env), Dir: below, Home: home})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct{ name, want, origin string }{
		{"METAFLOW_A", "env", "environment"},
		{"METAFLOW_B", "project", local},
		{"METAFLOW_C", "global", global},
		{"METAFLOW_N", "5", global},
		{"METAFLOW_L", `["x"]`, global},
		{"METAFLOW_Z", "", ""},
		{"METAFLOW_NONE", "", ""},
		{"OTHER", "", ""},
	}
	for _, tt := range tests {
		if got, origin, _ := s.Lookup(tt.name); got != tt.want || origin != tt.origin {
			t.Errorf("Lookup(%s) = %q from %q, want %q from %q", tt.name, got, origin, tt.want, tt.origin)
		}
	}
	if _, _, ok := s.Lookup("METAFLOW_EMPTY"); !ok {
		t.Error("a variable set to the empty string is set")
	}
}

func TestProfile(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	write(t, filepath.Join(home, "mf", "config_prod.json"), `{"METAFLOW_A":"prod"}`)
	env := map[string]string{"METAFLOW_HOME": "~/mf", "METAFLOW_PROFILE": "prod"}
	s, err := settings.Load(settings.Sources{LookupEnv: lookup(env), Dir: home, Home: home})
	if err != nil {
		t.Fatal(err)
	}
	if got := s.Env("METAFLOW_A"); got != "prod" {
		t.Errorf("METAFLOW_A = %q", got)
	}

	env["METAFLOW_PROFILE"] = "gone"
	if _, err := settings.Load(settings.Sources{LookupEnv: lookup(env), Dir: home, Home: home}); err == nil || !strings.Contains(err.Error(), "config_gone.json") {
		t.Errorf("a missing profile: %v", err)
	}
}

func TestBrokenFileIsNamed(t *testing.T) {
	t.Parallel()
	home := t.TempDir()
	path := filepath.Join(home, ".metaflowconfig", "config.json")
	write(t, path, `[1]`)
	_, err := settings.Load(settings.Sources{LookupEnv: lookup(nil), Dir: home, Home: home})
	if err == nil || !strings.Contains(err.Error(), path) {
		t.Errorf("error %v does not name %s", err, path)
	}
}

func lookup(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		v, ok := env[name]
		return v, ok
	}
}
