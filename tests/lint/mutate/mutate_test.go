package mutate_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/tests/lint/flowgen"
	"github.com/spindle-flow/spindle/tests/lint/mutate"
)

const (
	shards = 8
	each   = 250 // broken flows a shard: 2,000 in all
)

// TestBrokenFlows breaks right flows 2,000 times, and holds that each fault is reported at its place and nothing else that does not follow from it.
// The name of a shard is the seed of its flows.
func TestBrokenFlows(t *testing.T) {
	t.Parallel()
	written := corpus(t)
	var mu sync.Mutex
	told := map[string]int{}
	t.Run("shards", func(t *testing.T) {
		for shard := range uint64(shards) {
			t.Run(fmt.Sprint(shard), func(t *testing.T) {
				t.Parallel()
				for name, n := range breakMany(t, rand.New(rand.NewPCG(shard, 3)), written) {
					mu.Lock()
					told[name] += n
					mu.Unlock()
				}
			})
		}
	})
	total := 0
	for _, b := range mutate.All() {
		total += told[b.Name]
		if told[b.Name] == 0 {
			t.Errorf("no flow was broken by %q", b.Name)
		}
		t.Logf("%5d %s", told[b.Name], b.Name)
	}
	if total < shards*each {
		t.Errorf("only %d flows were broken", total)
	}
}

func breakMany(t *testing.T, r *rand.Rand, written []*mutate.Flow) map[string]int {
	told := map[string]int{}
	all := mutate.All()
	for done := 0; done < each; {
		f := written[r.IntN(len(written))]
		if r.IntN(4) > 0 {
			f = generated(t, r)
		}
		for range 6 { // several faults, each in a fresh copy
			b := all[r.IntN(len(all))]
			broken := b.Break(r, f)
			if broken == nil {
				continue
			}
			done++
			told[b.Name]++
			hold(t, b.Name, f, broken)
		}
	}
	return told
}

func generated(t *testing.T, r *rand.Rand) *mutate.Flow {
	t.Helper()
	f, err := mutate.Write(flowgen.New(r, flowgen.Options{Steps: 2 + r.IntN(40)}))
	if err != nil {
		t.Fatal(err)
	}
	if found := loud(t, f.Source); lint.HasErrors(found) {
		t.Fatalf("the unbroken flow has %s\n%s", describe(found), f.Source)
	}
	return f
}

// corpus are the flows that people wrote.
func corpus(t *testing.T) []*mutate.Flow {
	t.Helper()
	paths, err := filepath.Glob("../flows/right/*.py")
	if err != nil {
		t.Fatal(err)
	}
	var out []*mutate.Flow
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := mutate.Read(string(data))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		if f.Plain() {
			out = append(out, f)
		}
	}
	if len(out) < 40 {
		t.Fatalf("only %d of %d written flows can be broken", len(out), len(paths))
	}
	return out
}

// loud is what is found but for hints.
func loud(t *testing.T, source string) []lint.Diagnostic {
	t.Helper()
	r, err := files.Lint(context.Background(), mutate.File, files.Options{ReadFile: mutate.Files(source)})
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(r.Findings, func(d lint.Diagnostic) bool { return d.Severity == lint.Info })
}

func hold(t *testing.T, how string, f *mutate.Flow, b *mutate.Broken) {
	t.Helper()
	before, found := loud(t, f.Source), loud(t, b.Source)
	var problems []string
	for _, w := range b.Want {
		if !slices.ContainsFunc(found, func(d lint.Diagnostic) bool { return is(d, w) }) {
			problems = append(problems, fmt.Sprintf("no %s at line %v", strings.Join(w.Codes, " or "), w.Lines))
		}
	}
	for _, d := range found {
		wanted := slices.ContainsFunc(slices.Concat(b.Want, b.May), func(w mutate.Place) bool { return is(d, w) })
		known := slices.ContainsFunc(before, func(o lint.Diagnostic) bool { return o.Code == d.Code && o.Range.Start.Line == d.Range.Start.Line })
		if !wanted && !known && !slices.Contains(b.Allow, d.Code) {
			problems = append(problems, "besides there is "+describe([]lint.Diagnostic{d}))
		}
	}
	if len(problems) > 0 {
		t.Errorf("%s: %s\n%s", how, strings.Join(problems, "\n\t"), changed(f.Source, b.Source))
	}
}

func is(d lint.Diagnostic, w mutate.Place) bool {
	return slices.Contains(w.Lines, d.Range.Start.Line) && slices.Contains(w.Codes, d.Code)
}

func describe(found []lint.Diagnostic) string {
	var out []string
	for _, d := range found {
		out = append(out, fmt.Sprintf("%s at line %d: %s", d.Code, d.Range.Start.Line, d.Message))
	}
	return strings.Join(out, "; ")
}

// changed is the broken source with its lines counted and those marked that differ.
func changed(before, after string) string {
	old := strings.Split(before, "\n")
	var out strings.Builder
	for i, line := range strings.Split(after, "\n") {
		mark := " "
		if i >= len(old) || old[i] != line {
			mark = ">"
		}
		fmt.Fprintf(&out, "%s%4d %s\n", mark, i+1, line)
	}
	return out.String()
}
