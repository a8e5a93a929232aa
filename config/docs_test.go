package config_test

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/engine/lint"
)

// TestDocs holds that what the page about spindle.yaml shows can be read, and makes the variants that it says.
func TestDocs(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../docs/deploy/spindle-yaml.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?ms)^```yaml\n(.*?)^```$").FindAllSubmatch(page, -1)
	if len(blocks) != 4 {
		t.Fatalf("%d blocks", len(blocks))
	}
	var names []string
	for _, block := range blocks {
		p, found := config.Parse("/p/spindle.yaml", block[1], config.Surroundings{})
		variants, more := p.ResolveAll()
		for _, d := range append(found, more...) {
			if d.Severity == lint.Error && d.Message != `a variant can't be called "*"` { // there are no files here
				t.Errorf("%s\n%s", told(d), block[1])
			}
		}
		for _, v := range variants {
			names = append(names, v.Name)
		}
	}
	for _, want := range []string{"us", "us-small", "us-large", "eu-small", "eu-large", "jp-small", "br-small", "us-fast"} {
		if !slices.Contains(names, want) {
			t.Errorf("no variant %q in %q", want, names)
		}
	}
}
