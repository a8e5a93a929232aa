package settings_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/settings"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"table": `
[project]
name = "spindle-demo"
[tool.spindle.lint]
select = ["SP1", "SP118"]
ignore = ["SP119"]
targets = ["argo"]
exclude = ["legacy", "a/**/c.py"]
severity = { SP001 = "warning" }
[tool.spindle.lint.per-file-ignores]
"tests/*" = ["SP118"]
`,
		"dotted": `
tool.spindle.lint.select = ["SP1", "SP118"]
tool.spindle.lint.ignore = ["SP119"]
tool.spindle.lint.targets = ["argo"]
tool.spindle.lint.exclude = ["legacy", "a/**/c.py"]
tool.spindle.lint.severity.SP001 = "warning"
tool.spindle.lint.per-file-ignores."tests/*" = ["SP118"]
`,
	} {
		s, err := settings.Parse("/p/pyproject.toml", []byte(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if diff := cmp.Diff([]string{"argo"}, s.Targets); diff != "" {
			t.Errorf("%s: targets\n%s", name, diff)
		}
		c := s.Choice("/p/flow.py")
		if !c.Counts("SP118") || !c.Counts("SP103") || c.Counts("SP119") || c.Counts("SP203") || !c.Counts("SP100") {
			t.Errorf("%s: %+v", name, c)
		}
		if s.Choice("/p/tests/flow.py").Counts("SP118") || c.Severity["SP001"] != lint.Warning {
			t.Errorf("%s: per-file-ignores or severity are lost", name)
		}
		for path, want := range map[string]bool{
			"/p/legacy/x.py": true, "/p/a/legacy": true, "/p/legacy.py": false, "/p/a/c.py": true, "/p/a/b/d/c.py": true, "/p/a/b/c.pyi": false,
			"/q/legacy/x.py": false, "/p": false,
		} {
			if got := s.Excluded(path); got != want {
				t.Errorf("%s: Excluded(%q) = %v", name, path, got)
			}
		}
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ text, want, hint string }{
		{"[tool.spindle.lint]\nselct = []", `2:1: unknown key "selct" in [tool.spindle.lint]`, `Did you mean "select"?`},
		{"[tool.spindle.lint]\nzebra = []", `2:1: unknown key "zebra" in [tool.spindle.lint]`, "The keys are"},
		{"[tool.spindle.lint]\nselect = [\"SP1\",\n  \"SP1O3\"]", `3:3: there is no rule "SP1O3"`, `Did you mean "SP103"?`},
		{"[tool.spindle.lint]\nselect = \"SP1\"", `2:1: "select" must be a list of rule codes`, ""},
		{"[tool.spindle.lint]\nignore = [1]", `2:11: "ignore" must be a list of rule codes`, ""},
		{"[tool.spindle.lint]\nseverity = {SP001=\"loud\"}", `2:13: the severity of SP001 must be "error", "warning" or "info"`, ""},
		{"[tool.spindle.lint]\nseverity = {SP118=\"info\"}", `2:13: the severity of SP118 can't be changed`, "refuses"},
		{"[tool.spindle.lint.severity]\nSP1O3 = \"info\"", `2:1: there is no rule "SP1O3"`, "SP103"},
		{"[tool.spindle.lint.severity]\nSP = \"info\"", `2:1: there is no rule "SP"`, "rule --list"},
		{"[tool.spindle.lint]\nseverity = 1", `2:1: "severity" must be a table`, ""},
		{"[tool.spindle.lint]\nper-file-ignores = []", `2:1: "per-file-ignores" must be a table`, ""},
		{"[tool.spindle.lint.per-file-ignores]\n\"[\" = [\"SP1\"]", `2:1: "[" is not a pattern`, ""},
		{"[tool.spindle.lint]\nexclude = [\"a\", \"\"]", `2:17: "" is not a pattern`, ""},
		{"[tool.spindle.lint]\ntargets = [\"ärgo\", \"argos\"]", `2:12: there is no target "ärgo"`, `"argo"`},
		{"[tool]\nspindle = 3", `2:1: tool.spindle must be a table`, ""},
		{"[tool.spindle]\nlint = 3", `2:1: tool.spindle.lint must be a table`, ""},
		{"[tool.spindle.lint\nselect = []", `1:19: not TOML: `, ""},
		{"[tool.spindle.lint]\nselect = []\nselect = []", `3:1: not TOML: `, ""},
	} {
		_, err := settings.Parse("pyproject.toml", []byte(tt.text))
		f, ok := errors.AsType[*settings.Fault](err)
		if !ok {
			t.Errorf("%q: %v", tt.text, err)
			continue
		}
		if !strings.HasPrefix(f.Error(), "pyproject.toml:"+tt.want) || !strings.Contains(f.Hint, tt.hint) {
			t.Errorf("%q:\n got %s (%s)\nwant %s (%s)", tt.text, f, f.Hint, tt.want, tt.hint)
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"/p/pyproject.toml":       "[tool.spindle.lint]\nignore = [\"SP118\"]",
		"/p/q/pyproject.toml":     "[project]\nname = \"spindle\"",
		"/p/q/r/pyproject.toml":   "broken [ and silent about us",
		"/p/own/pyproject.toml":   "[tool.spindle]",
		"/bad/pyproject.toml":     "spindle [",
		"/closed/pyproject.toml":  "closed",
		"/damaged/pyproject.toml": "damaged",
	}
	read := func(path string) ([]byte, error) {
		switch text, ok := files[path]; {
		case !ok:
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
		case text == "closed":
			return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrPermission}
		case text == "damaged":
			return nil, fmt.Errorf("input/output error")
		default:
			return []byte(text), nil
		}
	}
	for dir, want := range map[string]string{"/p/q/r/s": "/p/pyproject.toml", "/p": "/p/pyproject.toml", "/p/own/x": "/p/own/pyproject.toml", "/": "", "/closed": ""} {
		s, err := settings.Find(dir, read)
		if err != nil || s.File != want {
			t.Errorf("%s: %v, %v", dir, s, err)
		}
	}
	for _, dir := range []string{"/bad", "/damaged"} {
		if _, err := settings.Find(dir, read); err == nil {
			t.Errorf("%s: no error", dir)
		}
	}
}
