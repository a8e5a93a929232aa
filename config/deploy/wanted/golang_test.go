package wanted_test

import (
	"maps"
	"slices"
	"strings"
	"testing"
)

// A flow in Go is given as its folder or one of its files. Its code is all that its program is built of in its module.
func TestGo(t *testing.T) {
	t.Parallel()
	r := read(t, "testdata/golang", "dev", nil)
	for _, w := range r.Wanted {
		name := w.Identity.Variant
		if name == "missing" {
			if len(w.Problems) != 1 || !strings.Contains(w.Problems[0].Message, `"./nowhere"`) {
				t.Errorf("%s: %+v", name, w.Problems)
			}
			continue
		}
		if len(w.Problems) > 0 {
			t.Errorf("%s: %+v", name, w.Problems)
		}
		files := slices.Collect(maps.Keys(w.Files))
		for _, want := range []string{"main.go", ".mf_meta/source/go.mod", ".mf_meta/source/flow/main.go"} {
			if !slices.Contains(files, want) {
				t.Errorf("%s: no %s among %q", name, want, files)
			}
		}
		if rate := map[string]string{"plain": "2", "named": "3"}[name]; !slices.Contains(lines(w), "config.cfg.rate = "+rate) {
			t.Errorf("%s: rate is not %s: %q", name, rate, lines(w))
		}
	}
}
