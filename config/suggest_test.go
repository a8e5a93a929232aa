package config_test

import (
	"context"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/config"
)

// TestSuggest looks at the place of | in texts that are being typed.
func TestSuggest(t *testing.T) {
	t.Parallel()
	const top = "environments: {dev: {}, prod: {}}\ntemplates:\n  nightly: {limit: 3h}\ndefaults: {flow: flows/demand.py}\nvariants:\n"
	around := around(fstest.MapFS{
		"flows/demand.py": {Data: []byte(demand)}, "configs/base.json": {Data: []byte(`{"metric": "mape", "optimizer": {"lr": 0.1}}`)},
	}, nil)
	for text, want := range map[string]string{
		top + "  us:\n    resources:\n      tr|":                                         "end join start train",
		top + "  us:\n    resources:\n      tr|\n    limit: 3h\n":                        "end join start train",
		top + "  us:\n    timeouts: {|}\n":                                               "end join start train",
		top + "  us: {timeouts: {start: 1h, tr|}}\n":                                     "end join start train",
		top + "  us: {timeouts: {start: |}}\n":                                           "",
		top + "  us: {limit: 1h, configs: {c|}}\n":                                       "cfg",
		top + "  us:\n    set:\n      cfg.|\n  eu: {}\n":                                 "cfg.metric cfg.optimizer.lr",
		top + "  us:\n    parameters: {horizon: 3, |}\n":                                 "extra fast horizon label rate",
		top + "  us:\n    extends: |\n":                                                  "nightly us",
		top + "  us: {}\n  eu: {extends: [nightly, u|]}\n":                               "nightly us eu",
		top + "  us:\n    extends:\n      - nig|\n":                                      "nightly us",
		top + "  us: {environments: [|]}\n":                                              "dev prod",
		top + "  us:\n    in:\n      d|\n":                                               "dev prod",
		top + "  us: {in: {dev: {parameters: {|}}}}\n":                                   "extra fast horizon label rate",
		top + "  ${a}-${b}: {matrix: {a: [1], b: {x: {timeouts: {|}}}}}":                 "end join start train",
		top + "  us: {flow: other.py, parameters: {|}}\n":                                "",
		top + "  us: {|}\n":                                                              "",
		"defaults:\n  flow: flows/demand.py\n  parameters:\n    |\nvariants: {us: {}}\n": "extra fast horizon label rate",
		"environments:\n  dev:\n    overrides: {timeouts: {|}}\ndefaults: {flow: flows/demand.py}\nvariants: {us: {}}\n": "end join start train",
		"|": "",
	} {
		before, after, _ := strings.Cut(text, "|")
		p, _ := config.Parse("/p/spindle.yaml", nil, around)
		list, start := config.Suggest(context.Background(), "/p/spindle.yaml", before+after, len(before), around, p.Reader())
		var got []string
		for _, s := range list {
			got = append(got, s.Text)
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s\n(-want +got):\n%s", text, diff)
		}
		if len(list) > 0 && strings.ContainsAny(before[start:], " {[,:") {
			t.Errorf("%s\nthe word begins at %q", text, before[start:])
		}
	}
}

func FuzzSuggest(f *testing.F) {
	for _, seed := range []string{project, "variants:\n  a: {resources: {", "- - {", "}:]", "a: ${", "\xff:\n "} {
		f.Add(seed, len(seed)/2)
	}
	f.Fuzz(func(t *testing.T, text string, offset int) {
		if offset < 0 || offset > len(text) {
			return
		}
		p, _ := config.Parse("/p/spindle.yaml", nil, around(fstest.MapFS{}, nil))
		_, start := config.Suggest(context.Background(), "/p/spindle.yaml", text, offset, around(fstest.MapFS{}, nil), p.Reader())
		if start < 0 || start > offset {
			t.Fatalf("%q: the word begins at %d of %d", text, start, offset)
		}
	})
}
