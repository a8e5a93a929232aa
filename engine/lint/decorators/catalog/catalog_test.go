package catalog_test

import (
	"encoding/json"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/lint/decorators/catalog"
	"github.com/spindle-flow/spindle/tests/lint/peer"
)

// described is what the real metaflow, or this project's own SDK, says of one decorator.
type described struct {
	Level    string            `json:"level"`
	Multiple bool              `json:"multiple"`
	Defaults map[string]string `json:"defaults"` // as Python prints them; a text as itself
}

const askPeer = `
import json
import metaflow.plugins as p
def show(v):
    return v if isinstance(v, str) else json.dumps(v) if isinstance(v, (list, dict)) else repr(v)
out = {}
for level, classes in (("step", p.STEP_DECORATORS), ("flow", p.FLOW_DECORATORS)):
    for c in classes:
        out[c.name] = {"level": level, "multiple": c.allow_multiple, "defaults": {k: show(v) for k, v in c.defaults.items()}}
print(json.dumps(out))
`

// TestPeer holds the catalogue to the decorator classes of the real metaflow.
func TestPeer(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), peer.Python(t), "-c", askPeer)
	cmd.Env = []string{"METAFLOW_HOME=" + t.TempDir(), "HOME=" + t.TempDir(), "METAFLOW_USER=tester"}
	data, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var want map[string]described
	if err := json.Unmarshal(data, &want); err != nil {
		t.Fatal(err)
	}
	got := map[string]described{}
	for _, d := range catalog.All() {
		if d.Level == catalog.Mark {
			continue
		}
		one := described{Level: string(d.Level), Multiple: d.Multiple, Defaults: map[string]string{}}
		for _, a := range d.Args {
			one.Defaults[a.Name] = a.Default
		}
		got[d.Name] = one
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the catalogue is not the peer's (-peer +ours):\n%s", diff)
	}
}

// TestOthers holds that the peer has no name in lower case that the catalogue does not know.
func TestOthers(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), peer.Python(t), "-c",
		"import metaflow, types; print(' '.join(n for n in dir(metaflow) if not n.startswith('_') and n.islower() and not isinstance(getattr(metaflow, n), types.ModuleType)))")
	cmd.Env = []string{"METAFLOW_HOME=" + t.TempDir(), "HOME=" + t.TempDir(), "METAFLOW_USER=tester"}
	data, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	for name := range strings.FieldsSeq(string(data)) {
		if catalog.Lookup(name) == nil && !catalog.Other(name) {
			t.Errorf("the peer has %q", name)
		}
	}
}

func TestEntries(t *testing.T) {
	t.Parallel()
	for _, d := range catalog.All() {
		sentence(t, d.Name, d.Doc)
		if catalog.Lookup(d.Name).Name != d.Name || catalog.Extension(d.Name) || catalog.Other(d.Name) {
			t.Errorf("%s is not found as itself alone", d.Name)
		}
		leads := 0
		for _, a := range d.Args {
			sentence(t, d.Name+"."+a.Name, a.Doc)
			if len(a.Types) == 0 {
				t.Errorf("%s.%s has no type", d.Name, a.Name)
			}
			if d.Lead() != nil && d.Lead().Name == a.Name {
				leads++
			}
			if _, err := strconv.Atoi(a.Default); err == nil && !slices.Contains(a.Types, catalog.Int) && !slices.Contains(a.Types, catalog.Number) {
				t.Errorf("%s.%s has a number as default and takes none", d.Name, a.Name)
			}
		}
		if leads > 1 {
			t.Errorf("%s has %d leading arguments", d.Name, leads)
		}
	}
	if catalog.Lookup("nosuch") != nil || catalog.Lookup("retry").Arg("nosuch") != nil || catalog.Lookup("timeout").Lead() != nil {
		t.Error("something is found that is not there")
	}
}

func sentence(t *testing.T, of, doc string) {
	t.Helper()
	if doc == "" || !unicode.IsUpper([]rune(strings.TrimLeft(doc, "@"))[0]) && !strings.HasPrefix(doc, "@") || !strings.HasSuffix(doc, ".") {
		t.Errorf("%s: not a sentence: %q", of, doc)
	}
}
