package gobinary_test

import (
	"debug/elf"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/worker/gobinary"
)

// A binary for another machine is that machine's, needs no loader, and is the same wherever the module lies.
func TestTarget(t *testing.T) {
	t.Parallel()
	for arch, machine := range map[gobinary.Target]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64} {
		var before []byte
		for range 2 {
			o := options(module(t, map[string]string{"main.go": says1}), t.TempDir())
			o.Target = arch
			b, err := gobinary.Build(t.Context(), o)
			if err != nil {
				t.Fatal(err)
			}
			f, err := elf.Open(b.Path)
			if err != nil {
				t.Fatal(err)
			}
			if f.Machine != machine || f.Section(".interp") != nil || f.Section(".debug_info") != nil {
				t.Errorf("%s: machine %v, sections %v", arch, f.Machine, f.Sections)
			}
			text, err := os.ReadFile(b.Path)
			if err != nil || before != nil && string(before) != string(text) {
				t.Errorf("%s: the same code makes another binary: %v", arch, err)
			}
			before = text
			if f.Close() != nil || b.Close() != nil {
				t.Error("it can't be closed")
			}
		}
	}
}

// Sources are the files of the flow's module and of one that is worked on beside it; those of others are told by go.sum.
func TestSources(t *testing.T) {
	t.Parallel()
	top := t.TempDir()
	files := map[string]string{
		"work/go.mod":             "module example.org/work\n\ngo 1.26\n\nrequire example.org/lib v1.0.0\n\nreplace example.org/lib => ../lib\n",
		"work/train/main.go":      "package main\n\nimport (\n\t_ \"embed\"\n\n\t\"example.org/lib\"\n\t\"example.org/work/model\"\n)\n\n//go:embed data.txt\nvar data string\n\nfunc main() { println(model.X, lib.Y, data) }\n",
		"work/train/data.txt":     "d",
		"work/train/skip_test.go": "package main\n",
		"work/model/model.go":     "package model\n\nconst X = 1\n",
		"work/other/other.go":     "package other\n",
		"lib/go.mod":              "module example.org/lib\n\ngo 1.26\n",
		"lib/lib.go":              "package lib\n\nconst Y = 2\n",
	}
	for name, text := range files {
		file := filepath.Join(top, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	sources, err := gobinary.Sources(t.Context(), gobinary.Options{Dir: filepath.Join(top, "work/train"), Env: os.Environ()})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, s := range sources {
		rel, err := filepath.Rel(top, s.Path)
		if err != nil {
			t.Fatal(err)
		}
		got[rel] = s.Name
	}
	want := map[string]string{
		"work/go.mod": "go.mod", "work/train/main.go": "train/main.go", "work/train/data.txt": "train/data.txt", "work/model/model.go": "model/model.go",
		"lib/go.mod": "example.org/lib/go.mod", "lib/lib.go": "example.org/lib/lib.go",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
