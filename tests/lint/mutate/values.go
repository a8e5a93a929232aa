package mutate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/tests/lint/flowgen"
)

// swapped is the flow with one statement of a program written in another way, and the finding this gives.
func (f *Flow) swapped(x place, text string, codes ...string) *Broken {
	c := *x.stmt
	c.Text = text
	t := f.Program.With(x.Step, x.stmt, &c).Write()
	return &Broken{Source: t.Source, Want: []Place{{codes, lines(t, x.Step, &c)}}}
}

// onOneLine are the statements to which another one can be added.
func (f *Flow) onOneLine(keep func(x *flowgen.Stmt) bool) []place {
	return f.statements(func(x *flowgen.Stmt) bool { return !strings.ContainsAny(x.Text, "\n#") && keep(x) })
}

func anyStmt(*flowgen.Stmt) bool { return true }

// renameInputStep takes an artifact from an input that the join does not have.
func renameInputStep(r *rand.Rand, f *Flow) *Broken {
	x, ok := one(r, f.statements(func(x *flowgen.Stmt) bool { return x.From != "" }))
	if !ok {
		return nil
	}
	return f.swapped(x, strings.Replace(x.stmt.Text, "."+x.stmt.From+".", "."+x.stmt.From+"_x.", 1), "SP208")
}

// mergeAll leaves nothing out of the merge behind a foreach, where each task has an item of its own.
func mergeAll(r *rand.Rand, f *Flow) *Broken {
	own := map[string]bool{}
	for _, x := range f.statements(func(x *flowgen.Stmt) bool { return strings.HasSuffix(x.Text, " = self.input") }) {
		own[x.stmt.Sets[0]] = true
	}
	x, ok := one(r, f.statements(func(x *flowgen.Stmt) bool {
		return x.Merge != nil && slices.ContainsFunc(x.Merge.Exclude, func(name string) bool { return own[name] })
	}))
	if !ok {
		return nil
	}
	b := f.swapped(x, "self.merge_artifacts("+x.Inputs+")", "SP204")
	b.Allow = []string{"SP204"} // all that the join further out now gets besides
	return b
}

func setParameter(r *rand.Rand, f *Flow) *Broken {
	x, ok := one(r, f.onOneLine(anyStmt))
	if !ok || len(f.Program.Parameters) == 0 {
		return nil
	}
	name, _ := one(r, f.Program.Parameters)
	return f.swapped(x, fmt.Sprintf("%s; self.%s = 2", x.stmt.Text, name), "SP209")
}

func strayItem(r *rand.Rand, f *Flow) *Broken {
	x, ok := one(r, slices.DeleteFunc(f.onOneLine(anyStmt), func(x place) bool {
		n := f.Graph.Node(x.Name)
		return len(n.SplitParents) > 0 || x.Inputs != ""
	}))
	if !ok {
		return nil
	}
	return f.swapped(x, x.stmt.Text+"; print(self.input)", "SP207")
}

func strayInputs(r *rand.Rand, f *Flow) *Broken {
	x, ok := one(r, slices.DeleteFunc(f.onOneLine(anyStmt), func(x place) bool { return x.Inputs != "" }))
	if !ok {
		return nil
	}
	return f.swapped(x, x.stmt.Text+"; print(inputs)", "SP208")
}

func unstorable(r *rand.Rand, f *Flow) *Broken {
	x, ok := one(r, f.onOneLine(anyStmt))
	if !ok {
		return nil
	}
	value, _ := one(r, []string{`open("rows.csv")`, `(c for c in "abc")`})
	return f.swapped(x, fmt.Sprintf("%s; self.handle_of_it = %s", x.stmt.Text, value), "SP211")
}
