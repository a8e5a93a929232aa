package golang_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/golang"
)

// shared is a session of which all tests of texts read, so that the go tool is asked once.
var shared = sync.OnceValue(golang.NewSession)

// readText reads a flow that stands nowhere but in the test.
func readText(t testing.TB, source string) *golang.Result {
	t.Helper()
	return readClass(t, source, "")
}

func readClass(t testing.TB, source, class string) *golang.Result {
	t.Helper()
	dir, err := filepath.Abs("testdata/blank")
	if err != nil {
		t.Fatal(err)
	}
	r, err := shared().Read(context.Background(), golang.Options{Dir: "testdata/blank", Class: class, Overlay: map[string][]byte{filepath.Join(dir, "main.go"): []byte(source)}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const head = `package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"sort"

	"github.com/spindle-flow/spindle/flow"
)

var _ = fmt.Sprint
var _ = errors.New
var _ = json.Marshal
var _ = sort.Ints

type Base struct{ X int }

type T struct {
	flow.Flow
	Base
	P    int ` + "`param:\"p\"`" + `
	A, B int
	L    []int
	M    map[string]int
	S    struct{ X int }
	Big  flow.Lazy[[]int]
	Err  *flow.Failure
}

func main() { flow.Main(&T{}) }

func (t *T) helper() error {
	if t.P < 0 {
		return errors.New("negative")
	}
	t.A = t.B
	return nil
}

func fill(t *T) { t.L = append(t.L, 1) }

`

// TestBodies holds what is read of a body: what it reads, with a ? where it may be reached without a value and a ! where that is asked
// for; what is assigned at its end, surely, always and maybe; and what is noted besides.
func TestBodies(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ body, want string }{
		"assign":         {"t.A = 1\nt.B = t.A", "reads a=yes; surely a b; always a b; maybe a b; assigns a b"},
		"branch":         {"if t.P > 0 {\n t.A = 1\n }\n t.B = t.A", "reads a=maybe; surely b; always b; maybe a b; assigns a b"},
		"both branches":  {"if t.P > 0 {\n t.A = 1\n } else {\n t.A = 2 }\n t.B = t.A", "reads a=yes; surely a b; always a b; maybe a b; assigns a b"},
		"error returns":  {"if t.P > 0 {\n return flow.Next{}, errors.New(\"x\")\n }\n t.A = 1", "surely a; always a; maybe a; assigns a"},
		"loop":           {"for i := range 3 {\n t.A = i\n }", "surely a; maybe a; assigns a"},
		"for loop":       {"for i := 0; i < 3; i++ {\n if i == 1 { t.B = 1; continue }\n t.A = i\n }", "surely a b; maybe a b; assigns a b"},
		"range list":     {"for _, v := range t.L {\n t.A += v\n }", "reads l=no a=maybe!; surely a; maybe a; assigns a"},
		"switch":         {"switch t.P {\n case 1: t.A = 1\n default: t.A = 2\n }", "surely a; always a; maybe a; assigns a"},
		"append":         {"t.L = append(t.L, t.P)", "reads l=no!; surely l; always l; maybe l; assigns l"},
		"asked":          {"if t.L != nil { t.A = t.L[0] }", "reads l=no! l=no!; maybe a; assigns a"},
		"map":            {"t.M[\"a\"] = 1", "reads m=no; assigns m"},
		"made map":       {"t.M = map[string]int{}\nt.M[\"a\"] = 1", "reads m=yes; surely m; always m; maybe m; assigns m"},
		"struct":         {"t.S.X = 1", "reads s=no!; surely s; always s; maybe s; assigns s"},
		"address":        {"_ = json.Unmarshal(nil, &t.L)", "reads l=no!; surely l; always l; maybe l; assigns l"},
		"helper":         {"if err := t.helper(); err != nil { return flow.Next{}, err }", "reads b=no; surely a; always a; maybe a; assigns a"},
		"function":       {"fill(t)", "reads l=no!; surely l; always l; maybe l; assigns l"},
		"alias":          {"u := t\nu.A = 1", "surely a; always a; maybe a; assigns a"},
		"literal":        {"f := func() { t.A = t.B }\nf()", "reads b=no; surely a; maybe a; assigns a"},
		"handed on":      {"_ = json.Unmarshal(nil, t)", "open"},
		"looked at":      {"_, _ = json.Marshal(t)\nif t == nil { return flow.Next{}, nil }", ""},
		"promoted":       {"t.Base.X = 1\nt.X = 2", "surely x; always x; maybe x; assigns x"},
		"shown":          {"fmt.Println(t)", ""},
		"parameter":      {"t.P = 1", "sets p"},
		"lazy":           {"t.Big.Set(nil)\nv, _ := t.Big.Get()\nt.A = len(v)", "reads big=yes; surely a big; always a big; maybe a big; assigns a big"},
		"panic":          {"if t.P > 0 { panic(\"x\") } else { t.A = 1 }", "surely a; always a; maybe a; assigns a"},
		"item and index": {"_, _ = flow.Item[int](ctx)\nt.A = ctx.Index()", "frame index input; surely a; always a; maybe a; assigns a"},
		"immediately":    {"func() { t.A = 1 }()", "surely a; always a; maybe a; assigns a"},
		"labels":         {"out:\nfor {\n for {\n t.A = 1\n break out\n }\n }", "surely a; always a; maybe a; assigns a"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := readText(t, head+"func (t *T) Start(ctx flow.Context) (flow.Next, error) {\n"+test.body+"\nreturn flow.To(t.End), nil\n}\n"+
				"func (t *T) End(ctx flow.Context) (flow.Next, error) { return flow.End(), nil }\n")
			for _, f := range r.Faults {
				t.Errorf("%d: %s", f.Range.Start.Line, f.Message)
			}
			if got := summary(r.Flow, "start"); got != test.want {
				t.Errorf("got\n%s\nwant\n%s", got, test.want)
			}
		})
	}
}

// summary is a step's body as text.
func summary(f *graph.Flow, step string) string {
	b := f.Data.Step(step)
	var out []string
	add := func(format string, list []string) {
		if len(list) > 0 {
			out = append(out, format+" "+strings.Join(list, " "))
		}
	}
	var reads, sets, frame []string
	for _, u := range b.Uses {
		text := fmt.Sprintf("%s=%s", f.Data.Names[u.ID], []string{"no", "yes", "maybe"}[u.Assigned])
		if u.Guarded {
			text += "!"
		}
		if u.Via == graph.ViaInput {
			text = "in." + text
		}
		reads = append(reads, text)
	}
	for _, p := range b.Places {
		switch p.Kind {
		case graph.PlaceMember:
			sets = append(sets, p.Name)
		case graph.PlaceFrame:
			frame = append(frame, p.Name)
		}
	}
	slices.Sort(frame)
	add("reads", reads)
	add("sets", sets)
	add("frame", frame)
	names := func(ids graph.IDs) (list []string) {
		for id := range ids.All() {
			list = append(list, f.Data.Names[id])
		}
		slices.Sort(list)
		return list
	}
	add("surely", names(b.Exit.Surely))
	add("always", names(b.Exit.Always))
	add("maybe", names(b.Exit.Maybe))
	if b.Open != nil {
		out = append(out, "open")
	}
	for _, s := range f.Steps {
		if s.Name == step {
			add("assigns", s.Assigns)
		}
	}
	return strings.Join(out, "; ")
}
