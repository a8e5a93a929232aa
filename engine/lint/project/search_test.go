package project_test

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/lint/project"
)

func TestSearch(t *testing.T) {
	t.Parallel()
	flow := "from metaflow import FlowSpec\nclass A(FlowSpec):\n    pass\n"
	files := map[string]string{
		"flow.py": flow, "sub/deep/flow.py": flow, "notes.txt": flow, "plain.py": "class B(dict):\n    pass\n", "empty.py": "",
		"derived.py": "from flow import A\nclass B(mixin.C, flow.A):\n    pass\n", "more.py": "class D(\n    B,\n):\n    pass\n", "other.py": "class E(F):\n    pass\n",
		".hidden/flow.py": flow, ".flow.py": flow, "node_modules/flow.py": flow, "build/flow.py": flow, "dist/flow.py": flow, "x.egg-info/flow.py": flow,
		"__pycache__/flow.py": flow, "lib/site-packages/flow.py": flow, "env/pyvenv.cfg": "", "env/lib/flow.py": flow, "legacy/flow.py": flow,
		"building/flow.py": flow, "dist.py": flow, "closed.py": flow,
	}
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	disk := project.Disk{
		ReadDir: func(dir string) ([]fs.DirEntry, error) { return fs.ReadDir(tree, dir) },
		ReadFile: func(file string) ([]byte, error) {
			if file == "closed.py" {
				return nil, fs.ErrPermission
			}
			return fs.ReadFile(tree, file)
		},
		Excluded: func(path string) bool { return path == "legacy" }, Workers: 3,
	}
	got, err := disk.Search(context.Background(), []string{".", "sub"})
	want := []string{"building/flow.py", "closed.py", "derived.py", "dist.py", "flow.py", "more.py", "sub/deep/flow.py"}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
	for _, dir := range []string{"build", "env"} { // what is asked for is looked at
		if got, err := disk.Search(context.Background(), []string{dir}); err != nil || len(got) != 1 {
			t.Errorf("%s: %q, %v", dir, got, err)
		}
	}
	if _, err := disk.Search(context.Background(), []string{"nowhere"}); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := disk.Search(ctx, []string{"."}); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestSearchLinks(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(dir+"/"+name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("flow.py", "metaflow")
	for link, to := range map[string]string{"link.py": "flow.py", "broken.py": "nowhere", "loop.py": "loop.py", "folder": "."} {
		if err := os.Symlink(to, dir+"/"+link); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(dir+"/dir.py", 0o755); err != nil {
		t.Fatal(err)
	}
	got, err := project.Disk{ReadDir: os.ReadDir, ReadFile: os.ReadFile}.Search(context.Background(), []string{dir})
	if diff := cmp.Diff([]string{dir + "/flow.py", dir + "/link.py", dir + "/loop.py"}, got); diff != "" || err != nil {
		t.Errorf("%v\n%s", err, diff)
	}
}

// TestSearchGo: of each package of Go that has a flow's struct one file is found, in the folders where the go tool looks for packages.
func TestSearchGo(t *testing.T) {
	t.Parallel()
	flow := "package main\n\nimport \"github.com/spindle-flow/spindle/flow\"\n\ntype Train struct {\n\tflow.Flow // the flow\n\tX int\n}\n"
	files := map[string]string{
		"train/main.go": flow, "train/alpha.go": flow, "train/steps.go": "package main\n\nimport \"github.com/spindle-flow/spindle/flow\"\n\nfunc (t *Train) Start(ctx flow.Context) {}\n",
		"train/flow.py": "from metaflow import FlowSpec\n", "one/line.go": "package one\nimport f \"github.com/spindle-flow/spindle/flow\"\ntype A struct{ f.Flow }\n",
		"test/train_test.go": flow, "testdata/main.go": flow, "vendor/x/main.go": flow, "_old/main.go": flow, "plain/main.go": "package plain\n\ntype Flow struct{ Flow }\n",
		"uses/main.go": "package uses\n\nimport \"github.com/spindle-flow/spindle/flow\"\n\nvar x flow.Context // no Flow here\n",
	}
	tree := fstest.MapFS{}
	for name, text := range files {
		tree[name] = &fstest.MapFile{Data: []byte(text)}
	}
	disk := project.Disk{
		ReadDir:  func(dir string) ([]fs.DirEntry, error) { return fs.ReadDir(tree, dir) },
		ReadFile: func(file string) ([]byte, error) { return fs.ReadFile(tree, file) }, Workers: 2,
	}
	for dir, want := range map[string][]string{
		".":        {"one/line.go", "train/alpha.go", "train/flow.py"},
		"testdata": {"testdata/main.go"}, // what is asked for is looked at
	} {
		got, err := disk.Search(context.Background(), []string{dir})
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			t.Errorf("%s: %v\n%s", dir, err, diff)
		}
	}
}
