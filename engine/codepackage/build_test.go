package codepackage_test

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/codepackage"
)

// tree writes files: a name that ends in a slash is a folder, a content that begins with -> is a link.
func tree(t testing.TB, dir string, files ...string) string {
	t.Helper()
	for i := 0; i < len(files); i += 2 {
		name, content := filepath.Join(dir, files[i]), files[i+1]
		err := os.MkdirAll(filepath.Dir(name), 0o777)
		if target, link := strings.CutPrefix(content, "->"); err == nil && link {
			err = os.Symlink(target, name)
		} else if err == nil {
			err = os.WriteFile(name, []byte(content), 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return filepath.Join(dir, "flow.py")
}

func names(t testing.TB, o codepackage.Options) []string {
	t.Helper()
	files, _, err := codepackage.List(o)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, f := range files {
		out = append(out, f.Name)
	}
	return out
}

func TestList(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name     string
		files    []string
		suffixes []string
		imported []string
		want     []string
	}{
		{"suffixes", []string{"a.R", "", "b.rds", "", "C.PY", "", "d.txt", "", "e.csv", "", "x.pyc", ""}, []string{".csv"}, nil, []string{"C.PY", "a.R", "b.rds", "e.csv", "flow.py"}},
		{"hidden", []string{".git/a.py", "", "p/.venv/b.py", "", ".c.py", "", ".py", "", "__pycache__/d.py", "", "p/__pycache__/e.py", ""}, nil, nil, []string{".py", "flow.py"}},
		{"an extracted package", []string{".mf_code/a.py", "", "_escape_trampolines/b.py", "", "p/_escape_trampolines/c.py", ""}, nil, nil, []string{"flow.py", "p/_escape_trampolines/c.py"}},
		{"a virtual environment", []string{"env/pyvenv.cfg", "", "env/lib/a.py", ""}, nil, nil, []string{"flow.py"}},
		{"ignored", []string{".gitignore", "gen*\n!gen_keep.py\n/top.py\nsub/deep.py\nbuild/\n# note\n\\#odd.py\n", "gen1.py", "", "gen_keep.py", "", "top.py", "", "p/top.py", "", "p/gen2.py", "", "sub/deep.py", "",
			"p/sub/deep.py", "", "p/build/x.py", "", "build.py", "", "#odd.py", ""}, nil, nil, []string{"build.py", "flow.py", "gen_keep.py", "p/sub/deep.py", "p/top.py"}},
		{"ignored further down", []string{"p/.gitignore", "/a.py\nq/**/z.py\n**/t.py\n[ab]c.py\nw/**\n", "p/a.py", "", "p/q/a.py", "", "p/q/r/s/z.py", "", "p/q/z.py", "", "p/k/l/t.py", "", "p/ac.py", "", "p/cc.py", "", "p/w/x.py", "", "a.py", ""}, nil, nil,
			[]string{"a.py", "flow.py", "p/cc.py", "p/q/a.py"}},
		{"spindleignore has the last word", []string{".gitignore", "secrets.py\n", ".spindleignore", "!secrets.py\nnotes_*.py\n", "secrets.py", "", "notes_1.py", ""}, nil, nil, []string{"flow.py", "secrets.py"}},
		{"imported though ignored", []string{".gitignore", "gen/\nflow.py\n", "gen/a.py", "", "gen/b.py", ""}, nil, []string{"gen/a.py"}, []string{"flow.py", "gen/a.py"}},
		{"links", []string{"real/a.py", "", "to_file.py", "->real/a.py", "to_folder", "->real", "real/loop", "->..", "broken.txt", "->nothing"}, nil, nil,
			[]string{"flow.py", "real/a.py", "real/loop/flow.py", "real/loop/real/a.py", "real/loop/to_file.py", "real/loop/to_folder/a.py", "to_file.py", "to_folder/a.py", "to_folder/loop/flow.py", "to_folder/loop/real/a.py", "to_folder/loop/to_file.py"}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			o := codepackage.Options{Flow: tree(t, dir, append(tc.files, "flow.py", "x")...), Suffixes: tc.suffixes}
			for _, name := range tc.imported {
				o.Imported = append(o.Imported, filepath.Join(dir, name))
			}
			if diff := cmp.Diff(tc.want, names(t, o)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// An ignore file above the flow's folder counts as far up as the repository goes.
func TestIgnoredFromAbove(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	tree(t, dir, ".gitignore", "outside.py\n", "repo/.git/config", "", "repo/.gitignore", "flows/b.py\nc.py\n", "repo/flows/a.py", "", "repo/flows/b.py", "", "repo/flows/c.py", "", "repo/flows/outside.py", "")
	flow := tree(t, filepath.Join(dir, "repo/flows"), "flow.py", "")
	if diff := cmp.Diff([]string{"a.py", "flow.py", "outside.py"}, names(t, codepackage.Options{Flow: flow})); diff != "" {
		t.Error(diff)
	}
}

// The same files make the same bytes, whatever their times, the order they were made in, and who may read them.
func TestDeterministic(t *testing.T) {
	t.Parallel()
	sdk := fstest.MapFS{"spindle/__init__.py": {Data: []byte("1")}, "spindle/a.py": {Data: []byte("2")}}
	var built [][]byte
	for i, files := range [][]string{{"a.py", "A", "p/b.py", "B", "flow.py", "F"}, {"flow.py", "F", "p/b.py", "B", "a.py", "A"}} {
		dir := t.TempDir()
		flow := tree(t, dir, files...)
		when := time.Now().Add(-time.Duration(i) * time.Hour)
		for _, name := range []string{"a.py", "p/b.py", "p"} {
			if err := os.Chtimes(filepath.Join(dir, name), when, when); err != nil {
				t.Fatal(err)
			}
		}
		if err := os.Chmod(filepath.Join(dir, "a.py"), []fs.FileMode{0o640, 0o604}[i]); err != nil {
			t.Fatal(err)
		}
		p, err := codepackage.Build(context.Background(), codepackage.Options{Flow: flow, SDK: sdk, Info: map[string]any{"b": 1, "a": 2, "c": 3}})
		if err != nil {
			t.Fatal(err)
		}
		built = append(built, p.Bytes)
	}
	if !bytes.Equal(built[0], built[1]) {
		t.Error("the same files make different packages")
	}
}

// What comes out is a plain tar.gz that any reader has, and what went in.
func TestBuild(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	big := strings.Repeat("x = 1\n", 200_000)
	flow := tree(t, dir, "flow.py", "F", "big.py", big, "p/q/z.py", "Z", "tool.py", "#!")
	if err := os.Chmod(filepath.Join(dir, "tool.py"), 0o700); err != nil {
		t.Fatal(err)
	}
	p, err := codepackage.Build(context.Background(), codepackage.Options{
		Flow: flow, SDK: fstest.MapFS{"spindle/a.py": {Data: []byte("2")}, "spindle/a.pyc": {Data: []byte("no")}}, Info: map[string]any{"username": "ann"},
		Imported: []string{"/elsewhere/lib.py", flow},
	})
	if err != nil {
		t.Fatal(err)
	}
	z, err := gzip.NewReader(bytes.NewReader(p.Bytes))
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		data, _ := io.ReadAll(r)
		got[h.Name] = string(data)
		if want := map[string]int64{"tool.py": 0o755}[h.Name]; h.Mode != max(want, 0o644) || h.Uid != 0 || h.ModTime.Unix() != 1575360000 {
			t.Errorf("%s: %+v", h.Name, h)
		}
	}
	want := map[string]string{
		".mf_code/spindle/a.py": "2", ".mf_install": `{"module_files":[],"version":1}`, ".mf_meta/CONFIG": `{"user_configs":{}}`, ".mf_meta/DIST_INFO": "{}",
		".mf_meta/INFO": `{"script":"flow.py","username":"ann"}`, "flow.py": "F", "big.py": big, "p/q/z.py": "Z", "tool.py": "#!",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{"/elsewhere/lib.py"}, p.Outside); diff != "" {
		t.Error(diff)
	}
	if largest := p.Largest(1); len(largest) != 1 || largest[0].Name != "big.py" || p.Warning() != "" {
		t.Errorf("largest %v, warning %q", largest, p.Warning())
	}
	c, err := codepackage.Read(bytes.NewReader(p.Bytes))
	if err != nil || c.Script() != "flow.py" || len(c.Entries) != len(want) {
		t.Errorf("read back: %+v, %v", c, err)
	}
	to := t.TempDir()
	if err := codepackage.Extract(bytes.NewReader(p.Bytes), to); err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(filepath.Join(to, "tool.py"))
	if text, readErr := os.ReadFile(filepath.Join(to, "p/q/z.py")); readErr != nil || string(text) != "Z" || err != nil || info.Mode()&0o100 == 0 {
		t.Errorf("extracted: %q, %v, %v, %v", text, readErr, info, err)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	t.Run("broken link", func(t *testing.T) {
		dir := t.TempDir()
		flow := tree(t, dir, "flow.py", "", "lib.py", "->gone.py")
		_, _, err := codepackage.List(codepackage.Options{Flow: flow})
		if !errors.As(err, new(*codepackage.LinkError)) || !strings.Contains(err.Error(), "lib.py") || !strings.Contains(err.Error(), ".spindleignore") {
			t.Errorf("error = %v", err)
		}
		tree(t, dir, ".spindleignore", "lib.py\n")
		if diff := cmp.Diff([]string{"flow.py"}, names(t, codepackage.Options{Flow: flow})); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("unreadable", func(t *testing.T) {
		if os.Geteuid() == 0 {
			t.Skip("root reads everything")
		}
		dir := t.TempDir()
		flow := tree(t, dir, "flow.py", "", "lib.py", "")
		if err := os.Chmod(filepath.Join(dir, "lib.py"), 0); err != nil {
			t.Fatal(err)
		}
		_, err := codepackage.Build(context.Background(), codepackage.Options{Flow: flow})
		if err == nil || !strings.Contains(err.Error(), "lib.py") || !strings.Contains(err.Error(), ".spindleignore") {
			t.Errorf("error = %v", err)
		}
	})
	t.Run("a wrong pattern", func(t *testing.T) {
		flow := tree(t, t.TempDir(), "flow.py", "", ".gitignore", "x\n[z-a].py\n")
		_, _, err := codepackage.List(codepackage.Options{Flow: flow})
		if err == nil || !strings.Contains(err.Error(), "line 2") {
			t.Errorf("error = %v", err)
		}
	})
	t.Run("no package", func(t *testing.T) {
		if _, err := codepackage.Read(strings.NewReader("nonsense")); err == nil || !strings.Contains(err.Error(), "no package") {
			t.Errorf("error = %v", err)
		}
	})
	t.Run("a way out", func(t *testing.T) {
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		w := tar.NewWriter(z)
		if err := errors.Join(w.WriteHeader(&tar.Header{Name: "../evil.py", Mode: 0o644, Typeflag: tar.TypeReg}), w.Close(), z.Close()); err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		if err := codepackage.Extract(&b, filepath.Join(dir)); err == nil {
			t.Error("a package wrote outside of its folder")
		}
	})
}
