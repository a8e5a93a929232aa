package config_test

import (
	"os"
	"strings"
	"testing"

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
