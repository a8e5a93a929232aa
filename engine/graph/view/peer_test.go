package view_test

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/graph/view"
	"github.com/spindle-flow/spindle/engine/source/python"
	"github.com/spindle-flow/spindle/tests/lint/peer"
)

// TestPeerShowsTheSame compares every view with the real metaflow's on its own test flow and on all right cases of lint.
func TestPeerShowsTheSame(t *testing.T) {
	t.Parallel()
	p := newPeer(t)
	extras := map[string]graph.Extra{}
	graphs := map[string]*graph.Graph{}
	for _, folder := range p.folders {
		graphs[folder] = read(t, folder)
	}
	for folder, s := range p.run("output-raw", "--json") {
		extras[folder] = describedBy(t, s.Stdout)
		compareJSON(t, folder, s.Stdout, view.RawJSON(graphs[folder], extras[folder]))
	}
	for folder, s := range p.run("output-raw") {
		compare(t, "output-raw", folder, s.Stdout, view.Raw(graphs[folder], extras[folder]))
	}
	for folder, s := range p.run("output-dot") {
		// The peer leaves an empty line where a flow has no edges.
		compare(t, "output-dot", folder, strings.ReplaceAll(s.Stdout, "\n\n", "\n"), view.Dot(graphs[folder]))
	}
	for folder, s := range p.run("show") {
		l := view.Show(graphs[folder], extras[folder])
		compare(t, "show", folder, s.Stdout, strings.Join(l.Steps, "\n"))
		if !strings.Contains(s.Stderr, "\n"+l.Doc+"\n") {
			t.Errorf("%s: the peer does not show %q but\n%s", folder, l.Doc, s.Stderr)
		}
	}
}

func compare(t *testing.T, verb, folder, want, got string) {
	t.Helper()
	if diff := cmp.Diff(strings.Split(strings.TrimSpace(want), "\n"), strings.Split(strings.TrimSpace(got), "\n")); diff != "" {
		t.Errorf("%s of %s (-peer +ours):\n%s", verb, filepath.Base(folder), diff)
	}
}

func compareJSON(t *testing.T, folder, want string, got graph.Object) {
	t.Helper()
	data, err := json.Marshal(got)
	if err != nil {
		t.Fatal(err)
	}
	var w, g any
	if err := json.Unmarshal([]byte(want), &w); err != nil {
		t.Fatalf("%s: %v in %s", folder, err, want)
	}
	if err := json.Unmarshal(data, &g); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(w, g); diff != "" {
		t.Errorf("output-raw --json of %s (-peer +ours):\n%s", filepath.Base(folder), diff)
	}
}

// describedBy takes the decorators' attributes from the peer, as the run takes them from a worker.
func describedBy(t *testing.T, output string) graph.Extra {
	t.Helper()
	var raw struct {
		Graph map[string]struct {
			Decorators []struct {
				Name              string          `json:"name"`
				Attributes        json.RawMessage `json:"attributes"`
				StaticallyDefined bool            `json:"statically_defined"`
			} `json:"decorators"`
		} `json:"graph"`
	}
	if err := json.Unmarshal([]byte(output), &raw); err != nil {
		t.Fatal(err)
	}
	x := graph.Extra{Steps: map[string]graph.StepExtra{}}
	for name, s := range raw.Graph {
		var e graph.StepExtra
		for _, d := range s.Decorators {
			e.Decorators = append(e.Decorators, graph.Attached{Name: d.Name, Attributes: d.Attributes, StaticallyDefined: d.StaticallyDefined})
		}
		x.Steps[name] = e
	}
	return x
}

func read(t *testing.T, folder string) *graph.Graph {
	t.Helper()
	r, err := python.Read(context.Background(), python.Options{File: filepath.Join(folder, "flow.py")})
	if err != nil {
		t.Fatal(err)
	}
	if r.Flow == nil {
		t.Fatalf("%s: %+v", folder, r.Faults)
	}
	return graph.New(r.Flow)
}

// peerFlows runs the real metaflow's commands on the test flows.
type peerFlows struct {
	t       *testing.T
	folders []string
}

func newPeer(t *testing.T) *peerFlows {
	t.Helper()
	p := &peerFlows{t: t}
	data, err := os.ReadFile("testdata/decorated.py")
	if err != nil {
		t.Fatal(err)
	}
	p.add("decorated", txtar.File{Name: "flow.py", Data: data})
	cases, err := filepath.Glob("../../lint/structure/testdata/right_*.txtar")
	if err != nil || len(cases) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	for _, c := range cases {
		a, err := txtar.ParseFile(c)
		if err != nil {
			t.Fatal(err)
		}
		p.add(strings.TrimSuffix(filepath.Base(c), ".txtar"), a.Files...)
	}
	return p
}

func (p *peerFlows) add(name string, files ...txtar.File) {
	p.t.Helper()
	folder := filepath.Join(p.t.TempDir(), name)
	for _, f := range files {
		path := filepath.Join(folder, f.Name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			p.t.Fatal(err)
		}
		if err := os.WriteFile(path, f.Data, 0o644); err != nil {
			p.t.Fatal(err)
		}
	}
	p.folders = append(p.folders, folder)
}

func (p *peerFlows) run(command ...string) map[string]peer.Verdict {
	p.t.Helper()
	files := make([]string, len(p.folders))
	for i, folder := range p.folders {
		files[i] = filepath.Join(folder, "flow.py")
	}
	got := map[string]peer.Verdict{}
	for _, v := range peer.Ask(p.t, files, command...) {
		if v.Code != 0 {
			p.t.Errorf("%v of %s ends with %d: %s", command, v.File, v.Code, v.Stderr)
			continue
		}
		got[filepath.Dir(v.File)] = v
	}
	return got
}
