package mutate

import (
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/tests/lint/flowgen"
)

// data are the breakers of what happens to artifacts. They work on flowgen's programs, where it is known what each statement is for.
func data() []Breaker {
	return []Breaker{
		{"forget an assignment", forgetAssignment}, {"rename what is set", renameSet}, {"forget the merge", forgetMerge}, {"shorten include", shortenInclude},
		{"rename what is read", renameRead}, {"rename what an input has", renameInput}, {"foreach over nothing", unsetForeach}, {"condition never set", unsetCondition},
		{"rename an input", renameInputStep}, {"merge all that differs", mergeAll}, {"set a parameter", setParameter}, {"item outside of a foreach", strayItem},
		{"inputs outside of a join", strayInputs}, {"value that can't be stored", unstorable},
	}
}

// place is a statement and the step it is in.
type place struct {
	*flowgen.Step
	stmt *flowgen.Stmt
}

// statements are those of the program for which something holds; none in a flow that is no program.
func (f *Flow) statements(keep func(x *flowgen.Stmt) bool) []place {
	if f.Program == nil {
		return nil
	}
	var out []place
	for _, s := range f.Program.Steps {
		for _, x := range s.Body {
			if keep(x) {
				out = append(out, place{s, x})
			}
		}
	}
	return out
}

// lacking is a program that lacks what some of its statements read, nil where nothing misses it.
func lacking(p *flowgen.Program) *Broken {
	unsure := func(f flowgen.Fault) bool { return f.Kind == flowgen.UseInclude && !f.Never } // it depends on what the run does
	first := slices.DeleteFunc(p.Faults(flowgen.First), unsure)
	if len(first) == 0 {
		return nil
	}
	text := p.Write()
	b := &Broken{Source: text.Source}
	for _, f := range first {
		b.Want = append(b.Want, Place{codes(f), lines(text, f.Step, f.Stmt)})
	}
	for _, f := range p.Faults(flowgen.All) {
		b.May = append(b.May, Place{codes(f), lines(text, f.Step, f.Stmt)})
	}
	return b
}

// codes are what a read of something that is not there may be reported as.
func codes(f flowgen.Fault) []string {
	switch {
	case !f.Never && f.Kind == flowgen.UseInclude:
		return []string{"SP202", "SP213"}
	case !f.Never:
		return []string{"SP202", "SP203"}
	}
	return map[flowgen.Use][]string{
		flowgen.UseSelf: {"SP201", "SP203"}, flowgen.UseInput: {"SP201", "SP203", "SP208"}, flowgen.UseInclude: {"SP213"},
		flowgen.UseForeach: {"SP206"}, flowgen.UseCondition: {"SP214"},
	}[f.Kind]
}

// lines are those of a statement, or of the transition where there is none.
func lines(t *flowgen.Text, s *flowgen.Step, x *flowgen.Stmt) []int {
	if x == nil {
		return []int{t.Nexts[s]}
	}
	var out []int
	for i := range strings.Count(x.Text, "\n") + 1 {
		out = append(out, t.Stmts[x]+i)
	}
	return out
}

// blank is a statement that does nothing on as many lines.
func blank(x *flowgen.Stmt) *flowgen.Stmt {
	return &flowgen.Stmt{Text: "pass" + strings.Repeat("\n", strings.Count(x.Text, "\n"))}
}

func forgetAssignment(r *rand.Rand, f *Flow) *Broken {
	x, ok := one(r, f.statements(func(x *flowgen.Stmt) bool { return len(x.Sets) > 0 && x.Merge == nil }))
	if !ok {
		return nil
	}
	return lacking(f.Program.With(x.Step, x.stmt, blank(x.stmt)))
}

func renameSet(r *rand.Rand, f *Flow) *Broken {
	x, ok := one(r, f.statements(func(x *flowgen.Stmt) bool {
		return len(x.Sets) == 1 && x.Merge == nil && !slices.Contains(x.Reads, x.Sets[0])
	}))
	if !ok {
		return nil
	}
	name := mistype(r, x.stmt.Sets[0])
	if strings.Contains(f.Source, name) {
		return nil
	}
	c := *x.stmt
	c.Text = regexp.MustCompile(`self\.`+x.stmt.Sets[0]+` = `).ReplaceAllString(c.Text, "self."+name+" = ")
	c.Sets = []string{name}
	b := lacking(f.Program.With(x.Step, x.stmt, &c))
	if b != nil {
		b.Allow = []string{"SP204"} // a merge behind a foreach does not leave out the new name
	}
	return b
}

func forgetMerge(r *rand.Rand, f *Flow) *Broken {
	x, ok := one(r, f.statements(func(x *flowgen.Stmt) bool { return x.Merge != nil }))
	if !ok {
		return nil
	}
	return lacking(f.Program.With(x.Step, x.stmt, blank(x.stmt)))
}

func shortenInclude(r *rand.Rand, f *Flow) *Broken {
	x, ok := one(r, f.statements(func(x *flowgen.Stmt) bool { return x.Merge != nil && len(x.Merge.Include) > 1 }))
	if !ok {
		return nil
	}
	gone := x.stmt.Merge.Include[0]
	rest := x.stmt.Merge.Include[1:]
	c := *x.stmt
	c.Text = strings.Replace(c.Text, `"`+gone+`", `, "", 1)
	c.Merge, c.Sets = &flowgen.Merge{Include: rest, Carries: rest}, rest
	return lacking(f.Program.With(x.Step, x.stmt, &c))
}

func renameRead(r *rand.Rand, f *Flow) *Broken {
	x, ok := one(r, f.statements(func(x *flowgen.Stmt) bool { return len(x.Reads) > 0 && !slices.Contains(x.Sets, x.Reads[0]) }))
	if !ok {
		return nil
	}
	old := x.stmt.Reads[0]
	name := mistype(r, old)
	if strings.Contains(f.Source, name) {
		return nil
	}
	c := *x.stmt
	c.Text = regexp.MustCompile(`self\.`+old+`\b`).ReplaceAllString(c.Text, "self."+name)
	c.Reads = slices.Clone(c.Reads)
	for i := range c.Reads {
		if c.Reads[i] == old {
			c.Reads[i] = name
		}
	}
	return lacking(f.Program.With(x.Step, x.stmt, &c))
}

func renameInput(r *rand.Rand, f *Flow) *Broken {
	x, ok := one(r, f.statements(func(x *flowgen.Stmt) bool { return len(x.Inputs) == 1 && x.Merge == nil }))
	if !ok {
		return nil
	}
	name := mistype(r, x.stmt.Inputs[0])
	_, value, found := strings.Cut(x.stmt.Text, " = ")
	if !found || strings.Contains(f.Source, name) {
		return nil
	}
	c := *x.stmt
	c.Text = strings.TrimSuffix(c.Text, value) + strings.Replace(value, "."+c.Inputs[0], "."+name, 1)
	c.Inputs = []string{name}
	return lacking(f.Program.With(x.Step, x.stmt, &c))
}

// renext is the program with the transition of a step replaced.
func renext(p *flowgen.Program, s *flowgen.Step, edit func(n *flowgen.Next)) *flowgen.Program {
	c, n := *s, *s.Next
	edit(&n)
	c.Next = &n
	return p.Replace(s, &c)
}

func (f *Flow) transitions(keep func(n *flowgen.Next) bool) []*flowgen.Step {
	if f.Program == nil {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(f.Program.Steps), func(s *flowgen.Step) bool { return s.Next == nil || !keep(s.Next) })
}

func unsetForeach(r *rand.Rand, f *Flow) *Broken {
	s, ok := one(r, f.transitions(func(n *flowgen.Next) bool { return n.Foreach != "" }))
	if !ok {
		return nil
	}
	name := mistype(r, s.Next.Foreach)
	if strings.Contains(f.Source, name) {
		return nil
	}
	return lacking(renext(f.Program, s, func(n *flowgen.Next) { n.Foreach = name }))
}

func unsetCondition(r *rand.Rand, f *Flow) *Broken {
	s, ok := one(r, f.transitions(func(n *flowgen.Next) bool { return n.Condition != "" }))
	if !ok {
		return nil
	}
	name := mistype(r, s.Next.Condition)
	if strings.Contains(f.Source, name) {
		return nil
	}
	return lacking(renext(f.Program, s, func(n *flowgen.Next) { n.Condition = name }))
}
