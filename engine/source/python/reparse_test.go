package python_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	ts "github.com/tree-sitter/go-tree-sitter"

	"github.com/spindle-flow/spindle/engine/source/python"
)

// sources are texts to edit: flows of every form, broken ones too.
func sources(t testing.TB) []string {
	t.Helper()
	list := []string{"", "x", "# é\n", "class F:\n\tdef f(self): pass", bigFlow(12)}
	files, err := filepath.Glob("../../../examples/*/*.py")
	if err != nil || len(files) == 0 {
		t.Fatalf("no examples found: %v", err)
	}
	for _, name := range files {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, string(data))
	}
	return list
}

func bigFlow(steps int) string {
	var b strings.Builder
	b.WriteString("from metaflow import FlowSpec, step, retry\n\n\nclass Big(FlowSpec):\n    \"\"\"A long flow.\"\"\"\n\n")
	for i := range steps {
		name, next := fmt.Sprintf("s%d", i), fmt.Sprintf("s%d", i+1)
		if i == 0 {
			name = "start"
		}
		if i == steps-1 {
			next = "end"
		}
		fmt.Fprintf(&b, "    @retry(times=2)\n    @step\n    def %s(self):\n        \"\"\"Does part %d.\"\"\"\n", name, i)
		for j := range 5 {
			fmt.Fprintf(&b, "        self.value_%d = sum(x * %d for x in range(10))\n", j, i)
		}
		fmt.Fprintf(&b, "        self.next(self.%s)\n\n", next)
	}
	b.WriteString("    @step\n    def end(self):\n        print(self.value_0)\n\n\nif __name__ == \"__main__\":\n    Big()\n")
	return b.String()
}

// fragments are what random edits insert: what opens and closes blocks, brackets and strings, and characters of every width.
var fragments = []string{
	"", " ", "\n", "\t", "    ", "\n    ", "(", ")", "[", "]", "{", "}", "\"", "'", "\"\"\"", "\\", "#", ":", ",", ".", "=", "self", "self.next(self.end)",
	"@step\n", "def x(self):\n", "pass\n", "é", "😀", "\r\n", "\r", "\ufeff", "\x00", "lambda: 0", "if x:\n", "print 1", "match x:\n", "async ", "f\"{x}\"",
}

func mutate(r *rand.Rand, text string) string {
	at := r.IntN(len(text) + 1)
	end := at
	switch r.IntN(3) {
	case 0:
		end = min(len(text), at+r.IntN(40))
	case 1:
		end = min(len(text), at+r.IntN(3))
	}
	return strings.ToValidUTF8(text[:at]+fragments[r.IntN(len(fragments))]+text[end:], "?")
}

// treeOf writes a tree with everything it says: kinds, fields, extents and positions.
func treeOf(t testing.TB, p *python.Parsed) string {
	t.Helper()
	var b strings.Builder
	err := p.Visit(context.Background(), func(root *ts.Node, _ []byte) {
		c := root.Walk()
		defer c.Close()
		depth := 0
		for {
			n := c.Node()
			from, to := n.StartPosition(), n.EndPosition()
			fmt.Fprintf(&b, "%*s%s %s %d-%d %d:%d-%d:%d %t\n", depth, "", c.FieldName(), n.Kind(), n.StartByte(), n.EndByte(),
				from.Row, from.Column, to.Row, to.Column, n.IsMissing())
			if c.GotoFirstChild() {
				depth++
				continue
			}
			for !c.GotoNextSibling() {
				if !c.GotoParent() {
					return
				}
				depth--
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func checkEdits(t *testing.T, text string, seed uint64, edits int) {
	t.Helper()
	ctx := context.Background()
	r := rand.New(rand.NewPCG(seed, 1))
	kept, err := python.ParseText(ctx, "flow.py", text, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range edits {
		before, previous := text, kept
		text = mutate(r, text)
		if kept, err = python.ParseText(ctx, "flow.py", text, previous); err != nil {
			t.Fatal(err)
		}
		previous.Release()
		fresh, err := python.ParseText(ctx, "flow.py", text, nil)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Split(treeOf(t, fresh), "\n"), strings.Split(treeOf(t, kept), "\n")); diff != "" {
			t.Fatalf("seed %d, edit %d: the incremental tree differs (-full +incremental):\n%s\nbefore: %q\nafter: %q", seed, i, diff, before, text)
		}
		fresh.Release()
		if diff, err := kept.DiffCopy(ctx); err != nil || diff != "" {
			t.Fatalf("seed %d, edit %d: the copy of the tree differs (-full +incremental): %v\n%s\nbefore: %q\nafter: %q", seed, i, err, diff, before, text)
		}
		if r.IntN(8) == 0 { // back to something sound
			text = before
		}
	}
}

func TestParseTextAfterEdits(t *testing.T) {
	t.Parallel()
	for i, text := range sources(t) {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			for seed := range uint64(5) {
				checkEdits(t, text, seed, 40)
			}
		})
	}
}

func FuzzParseTextAfterEdits(f *testing.F) {
	for i := range sources(f) {
		f.Add(i, uint64(i))
	}
	list := sources(f)
	f.Fuzz(func(t *testing.T, which int, seed uint64) {
		checkEdits(t, list[uint(which)%uint(len(list))], seed, 20)
	})
}

func TestParsedAfterRelease(t *testing.T) {
	t.Parallel()
	for _, text := range sources(t) {
		p, err := python.ParseText(context.Background(), "flow.py", text, nil)
		if err != nil {
			t.Fatal(err)
		}
		before := treeOf(t, p)
		p.Release()
		p.Release()
		if diff := cmp.Diff(before, treeOf(t, p)); diff != "" {
			t.Errorf("the tree after its release differs:\n%s", diff)
		}
	}
}

// TestReadParsed holds the results of reading parsed files against those of reading text.
func TestReadParsed(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	for _, text := range sources(t) {
		opts := python.Options{File: "flow.py", ReadFile: func(path string) ([]byte, error) {
			if path != "flow.py" {
				return nil, os.ErrNotExist
			}
			return []byte(text), nil
		}}
		want, err := python.Read(ctx, opts)
		if err != nil {
			t.Fatal(err)
		}
		opts.Parsed = func(ctx context.Context, path string, data []byte) (*python.Parsed, error) {
			return python.Parse(ctx, path, data)
		}
		got, err := python.Read(ctx, opts)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestParsedOffset(t *testing.T) {
	t.Parallel()
	p, err := python.ParseText(context.Background(), "x.py", "\ufeffa\r\né😀b\n\n", nil)
	if err != nil {
		t.Fatal(err)
	}
	for offset := range len(p.Text()) + 1 {
		if at := p.Place(offset); p.Text()[:offset] == strings.ToValidUTF8(p.Text()[:offset], "?") && p.Offset(at) != offset {
			t.Errorf("offset %d is at %v, which is offset %d", offset, at, p.Offset(at))
		}
	}
}

func BenchmarkEdit(b *testing.B) {
	ctx := context.Background()
	for _, steps := range []int{100, 1000} {
		text := bigFlow(steps)
		at := len(text) / 2
		p, err := python.ParseText(ctx, "flow.py", text, nil)
		if err != nil {
			b.Fatal(err)
		}
		var data []byte
		opts := python.Options{File: "flow.py", ReadFile: func(path string) ([]byte, error) {
			if path != "flow.py" {
				return nil, os.ErrNotExist
			}
			return data, nil
		}}
		opts.Parsed = func(context.Context, string, []byte) (*python.Parsed, error) { return p, nil }
		b.Run(fmt.Sprintf("parse-%d", steps), func(b *testing.B) {
			for b.Loop() {
				q, err := python.ParseText(ctx, "flow.py", text, nil)
				if err != nil {
					b.Fatal(err)
				}
				q.Release()
			}
		})
		b.Run(fmt.Sprintf("reparse-%d", steps), func(b *testing.B) {
			for i := 0; b.Loop(); i++ {
				edited := text[:at] + fmt.Sprint(i) + text[at:]
				q, err := python.ParseText(ctx, "flow.py", edited, p)
				if err != nil {
					b.Fatal(err)
				}
				q.Release()
			}
		})
		b.Run(fmt.Sprintf("read-%d", steps), func(b *testing.B) {
			for b.Loop() {
				if _, err := python.Read(ctx, opts); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
