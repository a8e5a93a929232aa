package lsp_test

import (
	"context"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/google/go-cmp/cmp"
	ts "github.com/tree-sitter/go-tree-sitter"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/spindle-flow/spindle/engine/source/python"
	"github.com/spindle-flow/spindle/lsp/position"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// pieces are what is typed at random: words of flows, and what breaks them.
var pieces = []string{
	"", "", "", "x", " ", "    ", "\n", "\n\n", "\t", "(", ")", "[", "]", "{", "}", "'", `"`, `"""`, ":", ",", ".", "#", "\\", "=", "@", "é", "日本", "😀",
	"self", "self.", "self.next(", "self.next(self.end)", "self.x = 1\n", "def ", "class ", "@step\n", "    @step\n    def more(self):\n        pass\n", "inputs", "foreach='x'",
	"from metaflow import ", "import os\n", "if x:\n", "else:\n", "return", "\r\n", "# spindle: ignore[SP118]",
}

// edited is a document in a store, and its text as an editor has it.
type edited struct {
	t       *testing.T
	store   *snapshot.Store
	uri     uri.URI
	text    string
	version int32
}

func newEdited(t *testing.T, text string) *edited {
	e := &edited{t: t, store: newStore(), uri: "file:///w/flow.py", text: text}
	e.store.Open(e.uri, "python", 0, text)
	t.Cleanup(e.store.CloseAll)
	return e
}

func newStore() *snapshot.Store {
	return snapshot.NewStore(snapshot.Options{Encoding: position.UTF16, ReadFile: readNothing})
}

func readNothing(path string) ([]byte, error) { return nil, fmt.Errorf("%q: %w", path, fs.ErrNotExist) }

// replace replaces what is between two offsets.
func (e *edited) replace(from, to int, with string) {
	e.t.Helper()
	at := protocol.Range{Start: place(e.text, from), End: place(e.text, to)}
	e.text = e.text[:from] + with + e.text[to:]
	e.version++
	e.store.Change(e.uri, e.version, []protocol.TextDocumentContentChangeEvent{&protocol.TextDocumentContentChangePartial{Range: at, Text: with}})
}

// place is the position of an offset, counted here in a second way.
func place(text string, offset int) protocol.Position {
	before := strings.ReplaceAll(text[:offset], "\r\n", "\n")
	line := strings.Count(before, "\n")
	last := before[strings.LastIndexByte(before, '\n')+1:]
	return protocol.Position{Line: uint32(line), Character: uint32(len(utf16.Encode([]rune(last))))}
}

// check compares tree and findings with those of the whole text read anew.
func (e *edited) check() {
	e.t.Helper()
	other := newStore()
	defer other.CloseAll()
	other.Open(e.uri, "python", e.version, e.text)
	tree, findings := e.state(e.store)
	wantTree, wantFindings := e.state(other)
	if diff := cmp.Diff(wantTree, tree); diff != "" {
		e.t.Fatalf("the tree after edits (-anew +edited):\n%s\nof %q", diff, e.text)
	}
	if diff := cmp.Diff(wantFindings, findings); diff != "" {
		e.t.Fatalf("the findings after edits (-anew +edited):\n%s\nof %q", diff, e.text)
	}
}

func (e *edited) state(st *snapshot.Store) (tree, findings string) {
	e.t.Helper()
	ctx := context.Background()
	snap := st.Current()
	f := snap.Document(e.uri)
	if f.Text() != e.text {
		e.t.Fatalf("the text is %q, want %q", f.Text(), e.text)
	}
	found, err := snap.Findings(ctx, f.Path)
	if err != nil {
		e.t.Fatal(err)
	}
	var b strings.Builder
	for _, d := range found {
		fmt.Fprintf(&b, "%v %s %s\n", f.Map().Range(d.Range), d.Code, d.Message)
	}
	p, err := f.Parsed(ctx)
	if err != nil {
		e.t.Fatal(err)
	}
	if err := p.Visit(ctx, func(root *ts.Node, _ []byte) { tree = root.ToSexp() }); err != nil {
		e.t.Fatal(err)
	}
	return tree, b.String()
}

// TestRandomEdits types at random, always the same, and goes back to the right flow now and then.
func TestRandomEdits(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			random := rand.New(rand.NewPCG(seed, 3))
			e := newEdited(t, goodFlow)
			for i := range 60 {
				if i%15 == 14 {
					e.replace(0, len(e.text), goodFlow)
				}
				from := offset(e.text, random.IntN(len(e.text)+1))
				to := offset(e.text, min(len(e.text), from+random.IntN(8)))
				e.replace(from, to, pieces[random.IntN(len(pieces))])
				e.check()
			}
		})
	}
}

// offset moves back to where a character begins and no line end is split.
func offset(text string, at int) int {
	for at > 0 && at < len(text) && (text[at]&0xC0 == 0x80 || text[at] == '\n' && text[at-1] == '\r') {
		at--
	}
	return at
}

// FuzzEdits: each two bytes are an edit: where, and what comes there for how many letters.
func FuzzEdits(f *testing.F) {
	f.Add(goodFlow, []byte{40, 3, 90, 17, 200, 24})
	f.Add(derivedFlow, []byte{1, 5, 2, 10, 130, 33})
	f.Add(switchFlow, []byte{120, 200, 120, 14})
	f.Add("class A(FlowSpec", []byte{255, 11})
	f.Fuzz(func(t *testing.T, text string, edits []byte) {
		text = strings.ToValidUTF8(text, "?")
		if len(text) > 4000 || len(edits) > 40 || strings.ContainsRune(text, 0) || python.Text([]byte(text)) != text {
			t.Skip() // what no editor holds
		}
		e := newEdited(t, text)
		for i := 0; i+1 < len(edits); i += 2 {
			from := offset(e.text, len(e.text)*int(edits[i])/255)
			to := offset(e.text, min(len(e.text), from+int(edits[i+1]>>5)))
			e.replace(from, to, pieces[int(edits[i+1])%len(pieces)])
		}
		e.check()
	})
}
