package python

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	ts "github.com/tree-sitter/go-tree-sitter"
)

// TestFlatten holds the fast way to the slow one, and both to the tree, on all flows there are.
func TestFlatten(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob("../../../tests/compat/flows/*.py")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no flows: %v", err)
	}
	sources := [][]byte{[]byte("x"), []byte("# only\n"), []byte(""), []byte("def f(:\n  self.x ="), []byte("if a: # c\n  b \\\n  (1)\n")}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		sources = append(sources, data)
	}
	for _, data := range sources {
		f, err := open(context.Background(), "f.py", data)
		if err != nil {
			t.Fatal(err)
		}
		slow := flattenSlow(f.tree.RootNode(), f.lang, older{})
		room := make([]flatNode, f.tree.RootNode().DescendantCount())
		if n, ok := flattenFast(f.tree.RootNode(), room, f.lang, older{}); ok {
			fast := room[:n]
			if diff := cmp.Diff(slow, fast, cmp.AllowUnexported(flatNode{})); diff != "" {
				t.Errorf("the two ways differ:\n%s", diff)
			}
		}
		compareTrees(t, f, f.tree.RootNode(), f.root())
		f.close()
	}
}

// DiffCopy tells in what the copy of a file's tree, made from the copy of an older version where there was one, differs from one made at once.
// It is for the tests of edits.
func (p *Parsed) DiffCopy(ctx context.Context) (string, error) {
	f, err := p.file(ctx)
	if err != nil {
		return "", err
	}
	defer f.close()
	f.root()
	for _, copyOf := range []func(*ts.Node, *language, older) []flatNode{flatten, flattenSlow} {
		if want := copyOf(f.tree.RootNode(), f.lang, older{}); !slices.Equal(f.nodes, want) {
			return cmp.Diff(want, f.nodes, cmp.AllowUnexported(flatNode{})), nil
		}
		if p.kept == nil {
			continue
		}
		whole := older{nodes: f.nodes, lo: uint(len(f.text)) / 2, hi: uint(len(f.text)) / 2} // as if a blank had stayed a blank
		if got := copyOf(f.tree.RootNode(), f.lang, whole); !slices.Equal(f.nodes, got) {
			return "from itself: " + cmp.Diff(f.nodes, got, cmp.AllowUnexported(flatNode{})), nil
		}
	}
	return "", nil
}

// compareTrees asks a flat tree all that the parser's tree can be asked, and wants the same answers.
func compareTrees(t *testing.T, f *file, want *ts.Node, got *flatNode) {
	t.Helper()
	if start, end := want.ByteRange(); f.kind(got) != want.Kind() || got.StartByte() != start || got.EndByte() != end {
		t.Fatalf("%s %d-%d, want %s %d-%d", f.kind(got), got.start, got.end, want.Kind(), start, end)
	}
	for which, name := range fieldNames {
		var kind string
		if part := want.ChildByFieldName(name); part != nil {
			kind = part.Kind()
		}
		if part := f.kind(f.field(got, field(which))); part != kind {
			t.Fatalf("%s: %s is %q, want %q", want.Kind(), name, part, kind)
		}
	}
	operator := ""
	if o := want.ChildByFieldName("operator"); o != nil && slices.Contains(f.lang.operations[:], want.KindId()) {
		operator = f.slice(int(o.StartByte()), int(o.EndByte()))
	}
	if f.operator(got) != operator {
		t.Fatalf("%s: operator %q, want %q", want.Kind(), f.operator(got), operator)
	}
	var children []*ts.Node
	for i := range want.NamedChildCount() {
		if c := want.NamedChild(i); c.Kind() != "comment" && c.Kind() != "line_continuation" {
			children = append(children, c)
		}
	}
	list := f.children(got)
	if len(list) != len(children) {
		t.Fatalf("%s: %d children, want %d", want.Kind(), len(list), len(children))
	}
	for i, c := range list {
		if f.parent(c) != got {
			t.Fatalf("%s: the parent of %s is another node", want.Kind(), f.kind(c))
		}
		compareTrees(t, f, children[i], c)
	}
}

func BenchmarkFlatten(b *testing.B) {
	data, err := os.ReadFile("../../../tests/compat/flows/artifacts.py")
	if err != nil {
		b.Fatal(err)
	}
	f, err := open(context.Background(), "f.py", data)
	if err != nil {
		b.Fatal(err)
	}
	defer f.close()
	n := int(f.root().size)
	b.Run("fast", func(b *testing.B) {
		for b.Loop() {
			flatten(f.tree.RootNode(), f.lang, older{})
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/node")
	})
	b.Run("slow", func(b *testing.B) {
		for b.Loop() {
			flattenSlow(f.tree.RootNode(), f.lang, older{})
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/node")
	})
}
