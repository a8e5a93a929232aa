package scheduled_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/scheduled"
	"github.com/spindle-flow/spindle/engine/source/python"
	"github.com/spindle-flow/spindle/engine/worker"
)

// described is the document of one of the compatibility tests' flows.
func described(t *testing.T, name string, about *worker.Description) *scheduled.Deployment {
	t.Helper()
	file, err := filepath.Abs("../../tests/compat/flows/" + name + ".py")
	if err != nil {
		t.Fatal(err)
	}
	read, err := python.Read(context.Background(), python.Options{File: file})
	if err != nil || read.Flow == nil {
		t.Fatalf("%v, %+v", err, read)
	}
	if about == nil {
		about = &worker.Description{Name: read.Flow.Name, File: file}
	}
	for i := range about.Steps {
		about.Steps[i].File = file
	}
	d := &scheduled.Deployment{Root: "s3://bucket/root/", Source: name + ".py"}
	if err := d.Describe(graph.New(read.Flow), about, worker.DescribeRequest{Source: file}); err != nil {
		t.Fatal(err)
	}
	return d
}

// place is what the document says of where a step is.
type place struct {
	Foreach   []string
	Split     string
	Branches  [][]string
	Recursive bool
}

func TestDescribePlaces(t *testing.T) {
	for flow, want := range map[string]map[string]place{
		"foreach_nested": {
			"start": {}, "shelf": {Foreach: []string{"start"}}, "book": {Foreach: []string{"start", "shelf"}},
			"shelf_done": {Foreach: []string{"start"}, Split: "shelf", Branches: [][]string{{"book"}}},
			"all_done":   {Split: "start", Branches: [][]string{{"shelf_done"}}}, "end": {},
		},
		"switch_in_foreach_in_split": {
			"start": {}, "aside": {}, "fan": {}, "judge": {Foreach: []string{"fan"}}, "even": {Foreach: []string{"fan"}}, "odd": {Foreach: []string{"fan"}},
			"judged": {Foreach: []string{"fan"}}, "collect": {Split: "fan", Branches: [][]string{{"judged"}}},
			"finish": {Split: "start", Branches: [][]string{{"collect"}, {"aside"}}}, "end": {},
		},
		"recursion_in_foreach": {
			"start": {}, "prepare": {Foreach: []string{"start"}}, "climb": {Foreach: []string{"start"}, Recursive: true}, "top": {Foreach: []string{"start"}},
			"join": {Split: "start", Branches: [][]string{{"top"}}}, "end": {},
		},
	} {
		got := map[string]place{}
		for _, s := range described(t, flow, nil).Steps {
			got[s.Name] = place{s.Foreach, s.Split, s.Branches, s.Recursive}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s:\n%s", flow, diff)
		}
	}
}

// A document depends on nothing but the deployment: not on the folder in which it was made.
func TestEncode(t *testing.T) {
	about := func() *worker.Description {
		return &worker.Description{Name: "LinearFlow", Steps: []worker.DescribedStep{{Name: "start"}, {Name: "middle"}, {Name: "end"}}}
	}
	one, place, err := described(t, "linear", about()).Encode()
	if err != nil {
		t.Fatal(err)
	}
	two, again, err := described(t, "linear", about()).Encode()
	if err != nil || string(one) != string(two) || place != again {
		t.Errorf("%v: %s and %s", err, place.Key, again.Key)
	}
	dir, err := os.Getwd()
	if err != nil || place.Bucket != "bucket" || filepath.Dir(place.Key) != "root/LinearFlow/_spindle/deployments" {
		t.Errorf("%v, %+v", err, place)
	}
	if repo := filepath.Dir(filepath.Dir(dir)); strings.Contains(string(one), repo) {
		t.Errorf("the document names a folder of this machine: %s", one)
	}
}
