package stepfunctions

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/source/python"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// graphOf is the graph of a flow's source.
func graphOf(t testing.TB, source []byte) *graph.Graph {
	t.Helper()
	result, err := python.Read(t.Context(), python.Options{File: "/flow.py", ReadFile: func(string) ([]byte, error) { return source, nil }})
	if err != nil || result.Flow == nil {
		t.Fatalf("%v %v", err, result)
	}
	return graph.New(result.Flow)
}

// planOf is a plan for a graph in which every step is alike.
func planOf(g *graph.Graph) *plan {
	p := &plan{
		g: g, name: "F", flow: "F", partition: "aws", deployment: "s3://bucket/root/F/_spindle/deployments/1234.json",
		root: objects.Place{Bucket: "bucket", Key: "root"}, owner: "ann", token: "f-0-abcd", maxWorkers: 100, jobs: map[string]*job{},
	}
	for n := range g.All() {
		p.jobs[n.Name] = &job{definition: "spindle_1234", queue: "queue", runTime: time.Hour}
	}
	return p
}

// Machines of all constructs, as they are put.
func TestMachines(t *testing.T) {
	files, _ := filepath.Glob("testdata/machines/*.txtar")
	if len(files) < 10 {
		t.Fatalf("only %d cases found", len(files))
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			data, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			a := txtar.Parse(data)
			p := planOf(graphOf(t, a.Files[0].Data))
			p.distributed = bytes.HasPrefix(a.Comment, []byte("distributed\n"))
			got, err := indented(p.compile())
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, '\n')
			if *update {
				a.Files[1].Data = got
				if err := os.WriteFile(file, txtar.Format(a), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(a.Files[1].Data), string(got)); diff != "" {
				t.Errorf("differs from %s (rewrite with -update):\n%s", file, diff)
			}
		})
	}
}
