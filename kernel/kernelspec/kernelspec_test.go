package kernelspec

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
)

func TestInstall(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "jupyter")
	spec := Spec{Name: "spindle", DisplayName: "Spindle <1>", Argv: []string{"/bin/spindle", "kernel", "-f", "{connection_file}"}}
	for range 2 { // the second time it is replaced
		dir, err := Install(data, spec)
		if err != nil || dir != filepath.Join(data, "kernels", "spindle") {
			t.Fatal(dir, err)
		}
		files, err := os.ReadDir(dir)
		if err != nil || len(files) != 3 {
			t.Errorf("%v, %v; want kernel.json and two logos", files, err)
		}
		content, err := os.ReadFile(filepath.Join(dir, "kernel.json"))
		if err != nil {
			t.Fatal(err)
		}
		var got struct {
			Argv          []string
			DisplayName   string `json:"display_name"`
			InterruptMode string `json:"interrupt_mode"`
			Language      string
			Metadata      map[string]any
		}
		if err := json.Unmarshal(content, &got); err != nil {
			t.Fatal(err)
		}
		if got.DisplayName != spec.DisplayName || got.InterruptMode != "message" || got.Language != "python" || got.Metadata["debugger"] != true || len(got.Argv) != 4 {
			t.Errorf("%s", content)
		}
	}
	for _, name := range []string{"", "a b", "../up", "ü"} {
		spec.Name = name
		if _, err := Install(data, spec); err == nil {
			t.Errorf("%q was accepted as a name", name)
		}
	}
}

func TestUserData(t *testing.T) {
	t.Parallel()
	env := func(vars map[string]string) func(string) string { return func(n string) string { return vars[n] } }
	if got := UserData("/home/a", env(map[string]string{"JUPYTER_DATA_DIR": "/x"})); got != "/x" {
		t.Error(got)
	}
	if got := PrefixData("/venv"); got != "/venv/share/jupyter" {
		t.Error(got)
	}
}
