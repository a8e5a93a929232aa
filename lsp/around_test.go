package lsp_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// several are documents that are open together: flows, what they derive from and call, and the settings that hold for them.
type several struct {
	t       *testing.T
	store   *snapshot.Store
	texts   map[string]string
	version int32
}

const calledFlow = `import tools
from base import Base
from metaflow import Parameter, catch, retry, step


def noted(flow):
    flow.note = 1


class Called(Base):
    rate = Parameter("rate", default=0.5)
    limit = 3

    @retry(times=2)
    @step
    def work(self):
        self.scale(self.limit)
        tools.fill(self)
        self.next(self.left, self.right)

    def scale(self, by):
        self.scaled = by * self.rate

    @step
    def left(self):
        self.rows = [self.scaled, self.limit]
        self.next(self.join)

    @catch(var="failed")
    @step
    def right(self):
        noted(self)
        self.rows = self.note + self.filled
        self.next(self.join)

    @step
    def join(self, inputs):
        self.rows = [i.rows for i in inputs]
        self.merge_artifacts(inputs, include=["scaled"])
        self.next(self.end)


if __name__ == "__main__":
    Called()
`

var severalTexts = map[string]string{
	"/w/flow.py": calledFlow, "/w/derived.py": derivedFlow, "/w/base.py": baseClass, "/w/tools.py": "def fill(flow):\n    flow.filled = 1\n",
	"/w/pyproject.toml": "[tool.spindle.lint]\nignore = []\n",
}

func openSeveral(t *testing.T, texts map[string]string) *several {
	s := &several{t: t, store: newStore(), texts: map[string]string{}, version: 1}
	for path, text := range texts {
		s.texts[path] = text
		s.store.Open(uri.File(path), languageOf(path), 1, text)
	}
	t.Cleanup(s.store.CloseAll)
	return s
}

func languageOf(path string) string {
	if strings.HasSuffix(path, ".py") {
		return "python"
	}
	return "toml"
}

// replace replaces a stretch of a document.
func (s *several) replace(path string, from, to int, with string) {
	s.t.Helper()
	text := s.texts[path]
	at := protocol.Range{Start: place(text, from), End: place(text, to)}
	s.texts[path] = text[:from] + with + text[to:]
	s.version++
	s.store.Change(uri.File(path), s.version, []protocol.TextDocumentContentChangeEvent{&protocol.TextDocumentContentChangePartial{Range: at, Text: with}})
}

// check compares what is found with what is found in the same documents read anew.
func (s *several) check(what string) {
	s.t.Helper()
	other := openSeveral(s.t, s.texts)
	defer other.store.CloseAll()
	if diff := cmp.Diff(other.findings(), s.findings()); diff != "" {
		s.t.Fatalf("%s: the findings differ (-anew +edited):\n%s\nof %q", what, diff, s.texts)
	}
}

func (s *several) findings() string {
	s.t.Helper()
	var b strings.Builder
	snap := s.store.Current()
	for _, f := range snap.Open() {
		found, err := snap.Findings(context.Background(), f.Path)
		if err != nil {
			s.t.Fatal(err)
		}
		for _, d := range found {
			fmt.Fprintf(&b, "%s %v %s %s: %s\n%+v\n", f.Path, f.Map().Range(d.Range), d.Severity, d.Code, d.Message, d.Related)
		}
	}
	return b.String()
}

// TestEditsAround changes, one after another, what the findings about a step depend on besides the step, and takes it back.
func TestEditsAround(t *testing.T) {
	t.Parallel()
	s := openSeveral(t, severalTexts)
	s.check("at first")
	for _, e := range []struct{ path, old, new string }{
		{"/w/flow.py", "import tools\n", ""},
		{"/w/flow.py", "import tools", "import os as tools"},
		{"/w/flow.py", "catch, retry", "retry"},
		{"/w/flow.py", "catch, retry", "retry as catch, catch as retry"},
		{"/w/flow.py", "catch, retry", "retry as catch"}, // the words stand there as often as before
		{"/w/flow.py", "limit = 3", "limits = 3"},
		{"/w/flow.py", "limit = 3", "limit = Parameter(\"limit\")"},
		{"/w/flow.py", "self.scaled = by", "self.scale_ = by"},
		{"/w/flow.py", "flow.note = 1", "flow.not_ = 1"},
		{"/w/flow.py", "def scale", "@staticmethod\n    def scale"},
		{"/w/flow.py", "def scale", "@step\n    def scale"},
		{"/w/flow.py", "self.rows = [", "\n        self.rows = ["},
		{"/w/flow.py", "def left", "def lefts"},
		{"/w/flow.py", "self.left, self.right", "self.left"},
		{"/w/flow.py", "include=[\"scaled\"]", "include=[\"scale_\"]"},
		{"/w/flow.py", "Called(Base)", "Called(Bases)"},
		{"/w/flow.py", "var=\"failed\"", "var=\"rows\""},
		{"/w/flow.py", "import tools", "# spindle: ignore-file[SP201]\nimport tools"},
		{"/w/base.py", "self.rows = 1", "pass"},
		{"/w/base.py", "self.next(self.work)", "self.next(self.wrok)"},
		{"/w/base.py", "class Base", "\n\nclass Base"},
		{"/w/base.py", "class Base", "class Basis"},
		{"/w/tools.py", "filled", "filed"},
		{"/w/tools.py", "def fill", "def full"},
		{"/w/pyproject.toml", "ignore = []", "ignore = [\"SP201\"]"},
		{"/w/pyproject.toml", "ignore = []", "targets = [\"step-functions\"]"},
		{"/w/pyproject.toml", "ignore = []", "ignore = ["},
	} {
		at := strings.Index(s.texts[e.path], e.old)
		if at < 0 {
			t.Fatalf("%s has no %q", e.path, e.old)
		}
		s.replace(e.path, at, at+len(e.old), e.new)
		s.check(fmt.Sprint(e))
		s.replace(e.path, at, at+len(e.new), e.old)
		s.check(fmt.Sprint("without ", e))
	}
}

// TestRandomEditsAround types at random in all of them, always the same, and goes back to the right texts now and then.
func TestRandomEditsAround(t *testing.T) {
	t.Parallel()
	paths := []string{"/w/base.py", "/w/derived.py", "/w/flow.py", "/w/pyproject.toml", "/w/tools.py"}
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 11))
			s := openSeveral(t, severalTexts)
			for i := range 60 {
				if i%6 == 5 {
					for _, path := range paths {
						s.replace(path, 0, len(s.texts[path]), severalTexts[path])
					}
				}
				path := paths[random.IntN(len(paths))]
				from := offset(s.texts[path], random.IntN(len(s.texts[path])+1))
				to := offset(s.texts[path], min(len(s.texts[path]), from+random.IntN(8)))
				s.replace(path, from, to, pieces[random.IntN(len(pieces))])
				s.check(fmt.Sprintf("edit %d", i))
			}
		})
	}
}
