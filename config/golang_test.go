package config_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/engine/lint"
)

// A variant's flow may be one in Go, named by its folder or one of its files; it is held against what the variant says of it like any other.
func TestFlowsInGo(t *testing.T) {
	t.Parallel()
	around := config.Surroundings{ReadFile: os.ReadFile, ReadDir: os.ReadDir, LookupEnv: func(string) (string, bool) { return "", false }}
	p, found, err := config.Load("deploy/wanted/testdata/golang", around)
	if err != nil || lint.HasErrors(found) {
		t.Fatalf("%v, %v", err, found)
	}
	variants, found := p.Resolve("dev")
	if len(variants) != 3 || lint.HasErrors(found) {
		t.Fatalf("%d variants, %v", len(variants), found)
	}
	variants[0].Parameters = []config.Value{{Name: "nothing"}}
	found, err = p.Judge(t.Context(), variants, p.Reader())
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, d := range found {
		said = append(said, d.Message)
	}
	text := strings.Join(said, "\n")
	if len(found) != 2 || !strings.Contains(text, `there is no file "./nowhere"`) || !strings.Contains(text, `"nothing"`) {
		t.Errorf("found:\n%s", text)
	}
	for _, v := range variants {
		if !v.Flow.Go || strings.HasSuffix(v.Flow.Dir(), ".go") || (v.Flow.Class == "Train") != (v.Name == "named") {
			t.Errorf("%s: %+v in %s", v.Name, v.Flow, v.Flow.Dir())
		}
	}
}

// A flow in Go says by its fields what its configs hold. What a variant gives is held against them; what the flow's own value lacks is not the variant's.
func TestFieldsOfConfigs(t *testing.T) {
	t.Parallel()
	const project = `project: golang
variants:
  file: {flow: ./train, configs: {cfg: [rate.json]}}
  set: {flow: ./train, set: {cfg.raet: 3, cfg.rate: [1]}}
  right: {flow: ./train, set: {cfg.rate: 3}, configs: {cfg: [theirs.json]}}
`
	dir, err := filepath.Abs("deploy/wanted/testdata/golang")
	if err != nil {
		t.Fatal(err)
	}
	texts := map[string]string{"spindle.yaml": project, "rate.json": `{"rat": 1}`, "theirs.json": `{"other": 1}`}
	read := func(path string) ([]byte, error) {
		if text, ok := texts[filepath.Base(path)]; ok {
			return []byte(text), nil
		}
		return os.ReadFile(path)
	}
	around := config.Surroundings{ReadFile: read, ReadDir: os.ReadDir, LookupEnv: func(string) (string, bool) { return "", false }}
	p, found, err := config.Load(dir, around)
	if err != nil || lint.HasErrors(found) {
		t.Fatalf("%v, %v", err, found)
	}
	variants, _ := p.ResolveAll()
	found, err = p.Judge(t.Context(), variants, p.Reader())
	if err != nil {
		t.Fatal(err)
	}
	var said []string
	for _, d := range found {
		said = append(said, fmt.Sprintf("%s:%d %s %s: %s (%d)", filepath.Base(d.Range.File), d.Range.Start.Line, d.Severity, d.Code, d.Message, len(d.Related)))
	}
	want := []string{
		`rate.json:1 warning SP416: no field reads "rat" of config "cfg" (1)`,
		`spindle.yaml:4 warning SP416: no field reads "raet" of config "cfg" (1)`,
		`spindle.yaml:4 error SP416: "rate" of config "cfg" is a list, and Settings.Rate is of type float64 (1)`,
	}
	if diff := cmp.Diff(want, said); diff != "" {
		t.Error(diff)
	}
}
