package python_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/graph"
)

const decorated = `import metaflow
import metaflow as mf
from metaflow import FlowSpec, step, retry as again, catch, timeout, nosuch
from company import batch
from metaflow.plugins.odd import strange

def environment(f):
    return f

class F(FlowSpec):
    def card(f):
        return f

    @again(times=3)
    @catch
    @metaflow.timeout(seconds=1)
    @mf.retry
    @timeout(seconds=1)(1)
    @environment
    @batch
    @nosuch
    @strange
    @secrets
    @card
    @step(start=True)
    def begin(self):
        self.next(self.end)

    @catch
    def helper(self):
        pass

    @step
    def end(self):
        pass
`

func TestDecoratorOrigin(t *testing.T) {
	t.Parallel()
	f := one(decorated).flow(t)
	type origin struct {
		SDK             string
		Public, Unbound bool
		Imported        int // the column of the name in its import
	}
	want := map[string]origin{
		"again": {SDK: "retry", Public: true}, "catch": {SDK: "catch", Public: true, Imported: 54},
		"metaflow.timeout": {SDK: "timeout", Public: true}, "mf.retry": {SDK: "retry", Public: true},
		"timeout": {Public: true, Imported: 61}, "environment": {}, "batch": {}, "nosuch": {SDK: "nosuch", Public: true, Imported: 70},
		"strange": {SDK: "strange"}, "secrets": {Unbound: true}, "card": {},
	}
	got := map[string]origin{}
	for _, d := range stepOf(t, f, "begin").Decorators {
		name, _, _ := cutCall(d.Text)
		got[name] = origin{d.SDK, d.Public, d.Unbound, d.Import.Start.Column}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("origins (-want +got):\n%s", diff)
	}
	if len(f.Misplaced) != 1 || f.Misplaced[0].Method != "helper" || f.Misplaced[0].Decorator.SDK != "catch" {
		t.Errorf("misplaced: %+v", f.Misplaced)
	}
	if args := stepOf(t, f, "begin").MarkArgs; len(args) != 1 || args[0].Name != "start" || args[0].Literal.Text != "True" {
		t.Errorf("arguments of @step: %+v", args)
	}
}

func cutCall(text string) (name, args string, called bool) {
	for i := range text {
		if text[i] == '(' {
			return text[:i], text[i:], true
		}
	}
	return text, "", false
}

func TestLiterals(t *testing.T) {
	t.Parallel()
	for source, want := range map[string]graph.Literal{
		"None": {Kind: graph.LiteralNone, Text: "None"}, "True": {Kind: graph.LiteralBool, Text: "True"},
		"'a' 'b'": {Kind: graph.LiteralStr, Text: "ab"}, "f'{x}'": {Kind: graph.LiteralText, Text: "f'{x}'"},
		"b'a'": {Kind: graph.LiteralBytes, Text: "b'a'"}, "(0x10)": {Kind: graph.LiteralInt, Text: "16", Number: 16},
		"-1_000": {Kind: graph.LiteralInt, Text: "-1000", Number: -1000}, "1.5e1": {Kind: graph.LiteralFloat, Text: "15.0", Number: 15},
		"60 * 60": {Kind: graph.LiteralInt, Text: "3600", Number: 3600}, "3 / 2": {Kind: graph.LiteralFloat, Text: "1.5", Number: 1.5},
		"'ab' * 2": {Kind: graph.LiteralStr, Text: "abab"}, "'ab' * 99999": {Text: "'ab' * 99999"}, "'a' * -1": {Text: "'a' * -1"},
		"2 ** 70": {Text: "2 ** 70"}, "1 / 0": {Text: "1 / 0"}, "3j": {Text: "3j"}, "9999999999999999999": {Text: "9999999999999999999"},
		"lambda: 1": {Kind: graph.LiteralFunction, Text: "lambda: 1"}, "os.environ": {Text: "os.environ"}, "fn": {Kind: graph.LiteralFunction, Text: "fn"},
		"[x for x in y]": {Kind: graph.LiteralList, Open: true, Text: "[x for x in y]"},
		"(1, *y)":        {Kind: graph.LiteralTuple, Open: true, Text: "(1, *y)", Items: []graph.Literal{{Kind: graph.LiteralInt, Text: "1", Number: 1}}},
		"{'a': None, **y}": {Kind: graph.LiteralDict, Open: true, Text: "{'a': None, **y}",
			Keys: []graph.Literal{{Kind: graph.LiteralStr, Text: "a"}}, Items: []graph.Literal{{Kind: graph.LiteralNone, Text: "None"}}},
		"{fn}": {Kind: graph.LiteralSet, Text: "{fn}", Items: []graph.Literal{{Kind: graph.LiteralFunction, Text: "fn"}}},
	} {
		f := one("from metaflow import FlowSpec, step, retry\ndef fn():\n    pass\nclass F(FlowSpec):\n    @retry(times=" + source +
			")\n    @step\n    def start(self):\n        pass\n").flow(t)
		got := stepOf(t, f, "start").Decorators[0].Arg("times").Literal
		clearRanges(&got)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", source, diff)
		}
	}
}

func clearRanges(l *graph.Literal) {
	l.Range = graph.Range{}
	for i := range l.Items {
		clearRanges(&l.Items[i])
	}
	for i := range l.Keys {
		clearRanges(&l.Keys[i])
	}
}
