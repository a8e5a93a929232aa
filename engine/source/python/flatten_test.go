package python

import (
	"context"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
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
		slow := flattenSlow(f.root(), f.lang.extras[0], f.lang.extras[1])
		room := make([]flatNode, f.root().DescendantCount())
		if n, ok := flattenFast(f.root(), room, f.lang.extras[0], f.lang.extras[1]); ok {
			fast := room[:n]
			if diff := cmp.Diff(slow, fast, cmp.AllowUnexported(flatNode{})); diff != "" {
				t.Errorf("the two ways differ:\n%s", diff)
			}
		}
		tree := new(flattener).flatten(f, f.root())
		if got, want := len(tree.kids(0)), len(f.children(f.root())); got != want {
			t.Errorf("the root has %d children, want %d", got, want)
		}
		f.close()
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
	n := len(new(flattener).flatten(f, f.root()).nodes)
	b.Run("fast", func(b *testing.B) {
		for b.Loop() {
			new(flattener).flatten(f, f.root())
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/node")
	})
	b.Run("slow", func(b *testing.B) {
		for b.Loop() {
			flattenSlow(f.root(), f.lang.extras[0], f.lang.extras[1])
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*n), "ns/node")
	})
}
