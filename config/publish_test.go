package config_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/config/schema"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/configs/document"
)

// TestPublished holds that the schemas that editors get are those of the reader.
func TestPublished(t *testing.T) {
	t.Parallel()
	for _, file := range []string{"../docs/schema/spindle.schema.json", "../vscode-ext/schema/spindle.schema.json"} {
		if *update {
			if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(file, config.JSONSchema(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if string(data) != string(config.JSONSchema()) {
			t.Errorf("%s is not that of the reader; `make generate` writes it", file)
		}
	}
}

// TestSchemaAndReader holds the published schema against the cases: what the reader takes for a right text, editors do, and a key or type that the
// reader refuses is refused there, too.
func TestSchemaAndReader(t *testing.T) {
	t.Parallel()
	read := func(string) ([]byte, error) { return config.JSONSchema(), nil }
	s, fault := schema.Load("spindle.schema.json", read)
	if fault != nil {
		t.Fatal(fault)
	}
	paths, err := filepath.Glob("testdata/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal(err)
	}
	refused := 0
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		name, want := filepath.Base(path), string(archive.Files[len(archive.Files)-1].Data)
		v, bad := document.Read("spindle.yaml", archive.Files[0].Data)
		if bad != nil || v.Kind == graph.NullKind {
			continue
		}
		found, fault := s.Check(v, "spindle.yaml")
		if fault != nil {
			t.Fatal(fault)
		}
		byReader := strings.Contains(want, " of spindle.yaml ") || strings.Contains(want, "spindle.yaml has no key") || strings.Contains(want, "spindle.yaml must be")
		if byReader != (len(found) > 0) {
			t.Errorf("%s: the schema finds %+v, the reader\n%s", name, found, want)
		}
		if len(found) > 0 {
			refused++
		}
	}
	if refused < 20 {
		t.Errorf("only %d cases are refused by the schema", refused)
	}
}
