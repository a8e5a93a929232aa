package workspace_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/options"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
)

func TestLocate(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, file := range []string{"flow.py", "train/main.go", "train/main_test.go", "tests/a_test.go", "hidden/_x.go", "py/flow.py", "a:b/main.go"} {
		if err := os.MkdirAll(filepath.Join(dir, filepath.Dir(file)), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, file), nil, 0o666); err != nil {
			t.Fatal(err)
		}
	}
	ws := workspace.System(options.NewTop())
	ws.Dir = dir
	for spec, want := range map[string]struct {
		language, file, class, folder string // folder is that of the code, below dir
		named                         bool   // it can't be a flow's name
	}{
		"flow.py":         {"python", "flow.py", "", ".", true},
		"flow.py:Demand":  {"python", "flow.py", "Demand", ".", true},
		"none.py":         {"python", "none.py", "", ".", true},
		"none.go":         {"go", "none.go", "", ".", true},
		"./train":         {"go", "./train", "", "train", true},
		"train":           {"go", "train", "", "train", true},
		"train/":          {"go", "train/", "", "train", true},
		"./train:Train":   {"go", "./train", "Train", "train", true},
		"train/main.go":   {"go", "train/main.go", "", "train", true},
		"train/main.go:T": {"go", "train/main.go", "T", "train", true},
		"./a:b":           {"go", "./a:b", "", "a:b", true},
		"./a:b:Train":     {"go", "./a:b", "Train", "a:b", true},
		"tests":           {"python", "tests", "", ".", false},
		"hidden":          {"python", "hidden", "", ".", false},
		"py":              {"python", "py", "", ".", false},
		"Demand/17/fit":   {"python", "Demand/17/fit", "", "Demand/17", false},
	} {
		at := ws.Locate(spec)
		if at.Language.Name() != want.language || at.File != want.file || at.Class != want.class || at.Dir() != filepath.Join(dir, want.folder) {
			t.Errorf("%q: %s, %q, %q in %q; want %+v", spec, at.Language.Name(), at.File, at.Class, at.Dir(), want)
		}
		if got := ws.IsFlow(spec); got != want.named {
			t.Errorf("%q: IsFlow is %v", spec, got)
		}
	}
	ws.Dir = filepath.Join(dir, "train")
	if at := ws.Locate("."); at.Language.Name() != "go" || at.Dir() != ws.Dir {
		t.Errorf(".: %s in %q", at.Language.Name(), at.Dir())
	}
}
