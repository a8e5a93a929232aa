package gobinary_test

import (
	"errors"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/worker/gobinary"
)

func TestOverlay(t *testing.T) {
	t.Parallel()
	dir := module(t, map[string]string{"main.go": says1})
	o := options(dir, t.TempDir())
	onDisk, err := gobinary.Build(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer onDisk.Close()
	o.Overlay = map[string][]byte{
		filepath.Join(dir, "main.go"): []byte("package main\n\nfunc main() { more() }\n"),
		filepath.Join(dir, "more.go"): []byte("package main\n\n//line Cell In[3]:7:1\nfunc more() { print(2) }\n"),
	}
	edited, err := gobinary.Build(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	defer edited.Close()
	for path, want := range map[string]string{onDisk.Path: "1\n", edited.Path: "2"} {
		if got, err := exec.Command(path).CombinedOutput(); err != nil || string(got) != want {
			t.Errorf("%s says %q, %v; want %s", path, got, err, want)
		}
	}
	o.Overlay[filepath.Join(dir, "more.go")] = []byte("package main\n\n//line Cell In[3]:7:1\nfunc more() {\n\tx := 1\n}\n")
	_, err = gobinary.Build(t.Context(), o)
	bad, ok := errors.AsType[*gobinary.Error](err)
	if !ok {
		t.Fatalf("error = %v", err)
	}
	if diff := cmp.Diff([]gobinary.Fault{{File: "Cell In[3]", Line: 8, Column: 2, Message: "declared and not used: x"}}, bad.Faults); diff != "" {
		t.Error(diff)
	}
}
