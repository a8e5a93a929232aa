package golang

import (
	"cmp"
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
)

// facts reads what the code of a flow does with its fields. A function is walked once for each way it is given the flow: a
// step with the receiver and its inputs, a helper with what its callers pass. What a walk found is kept.
type facts struct {
	r      *reader
	data   *graph.Data
	places map[token.Pos]*graph.Mention
	bodies map[*ast.FuncDecl]int // indexes
	walks  map[walkKey]*walked
	budget int // of walks, against absurd sources
}

// maxWalks bounds how many times functions are walked for one flow.
const maxWalks = 10_000

type walkKey struct {
	decl  *ast.FuncDecl
	given string
}

type walked struct {
	body *graph.Body
	busy bool // the walk is under way: a recursive call adds nothing
}

// readData fills in the flow's data and what each step assigns.
func (r *reader) readData() {
	x := &facts{
		r: r, data: &graph.Data{ByName: map[string]int{}}, places: map[token.Pos]*graph.Mention{}, bodies: map[*ast.FuncDecl]int{},
		walks: map[walkKey]*walked{}, budget: maxWalks,
	}
	x.members()
	for _, m := range r.methods {
		if m.isStep() {
			x.bodyOf(m.decl)
		}
	}
	for _, m := range r.methods {
		if m.isStep() {
			x.stepBody(m)
		}
	}
	x.helpers()
	slices.SortFunc(x.data.Mentions, func(a, b *graph.Mention) int {
		return cmp.Or(cmp.Compare(a.Range.File, b.Range.File), cmp.Compare(a.Range.Start.Line, b.Range.Start.Line), cmp.Compare(a.Range.Start.Column, b.Range.Start.Column))
	})
	r.flow.Data = graph.NewData(x.data)
	r.mentionConfigs()
}

// mentionConfigs notes which configs the code reads.
func (r *reader) mentionConfigs() {
	for _, b := range r.flow.Data.Bodies {
		r.flow.Configs.Escapes = r.flow.Configs.Escapes || b.ReadsAny
	}
	for _, c := range r.flow.Configs.Declared {
		for _, m := range r.flow.Data.Mentions {
			c.Mentioned = c.Mentioned || m.Name == c.Attr && m.Kind != graph.Declare
		}
	}
}

// members numbers the fields and notes what the struct itself has.
func (x *facts) members() {
	add := func(name string, kind graph.MemberKind, at *ast.Ident) {
		x.data.Members = append(x.data.Members, graph.ClassMember{Name: name, Kind: kind, Range: x.r.p.span(at)})
	}
	for _, f := range x.r.fields {
		x.id(f.Name)
		x.mention(f.ident, f.Name, graph.Mention{Kind: graph.Declare, Via: graph.ViaClass, Body: -1})
		if f.fixed() {
			add(f.Name, graph.MemberParameter, f.ident)
		}
	}
	for _, m := range x.r.methods {
		kind := graph.MemberMethod
		if m.isStep() {
			kind = graph.MemberStep
		}
		add(x.r.stepName(m.name()), kind, m.decl.Name)
	}
}

func (x *facts) id(name string) int {
	id, ok := x.data.ByName[name]
	if !ok {
		id = len(x.data.Names)
		x.data.ByName[name] = id
		x.data.Names = append(x.data.Names, name)
	}
	return id
}

// mention notes a place that names a field. Of a place that is come upon again, the first mention stays.
func (x *facts) mention(at *ast.Ident, name string, m graph.Mention) *graph.Mention {
	if old := x.places[at.Pos()]; old != nil {
		if old.Kind == graph.Read && m.Kind != graph.Read {
			old.Kind = m.Kind
		}
		return old
	}
	m.Name, m.ID, m.Range, m.Odd = name, x.id(name), x.r.p.span(at), true
	x.places[at.Pos()] = &m
	x.data.Mentions = append(x.data.Mentions, &m)
	return &m
}

// bodyOf is the index of a function's body, which is made when it is first asked for.
func (x *facts) bodyOf(decl *ast.FuncDecl) int {
	if i, ok := x.bodies[decl]; ok {
		return i
	}
	b := &graph.Body{Name: decl.Name.Name, Range: x.r.p.span(decl)}
	if m := x.r.byMethod[decl.Name.Name]; m != nil && m.decl == decl {
		b.Owner, b.Step = m.owner.name, m.isStep()
		if b.Step {
			b.Name = x.r.stepName(decl.Name.Name)
		}
		if m.form == joinStep {
			b.Inputs = x.r.args(m)[1].Name
		}
	}
	x.bodies[decl] = len(x.data.Bodies)
	x.data.Bodies = append(x.data.Bodies, b)
	return len(x.data.Bodies) - 1
}

// stepBody walks a step.
func (x *facts) stepBody(m *method) {
	given := []role{theFlow}
	if m.form == joinStep {
		given = append(given, none, theInputs)
	}
	b := x.data.Bodies[x.bodyOf(m.decl)]
	fill(b, x.walk(m.decl, given).body)
	var assigned graph.IDs
	for i := range b.Writes {
		assigned.Add(b.Writes[i].ID)
	}
	for _, s := range x.r.flow.Steps {
		if s.Name == b.Name {
			for id := range assigned.All() {
				s.Assigns = append(s.Assigns, x.data.Names[id])
			}
			slices.Sort(s.Assigns)
		}
	}
}

// fill gives a body what a walk found.
func fill(b, found *graph.Body) {
	b.Uses, b.Writes, b.Merges, b.Places = found.Uses, found.Writes, found.Merges, found.Places
	b.Exit, b.Open, b.ReadsAny = found.Exit, found.Open, found.ReadsAny
}

// helpers walks the methods that are no steps, for what they mention.
func (x *facts) helpers() {
	for _, m := range x.r.methods {
		if m.isStep() {
			continue
		}
		w := x.walk(m.decl, []role{theFlow})
		if b := x.data.Bodies[x.bodyOf(m.decl)]; b.Uses == nil && b.Writes == nil {
			fill(b, w.body)
		}
	}
}

// walk returns what a function does when its receiver and arguments are what is given.
func (x *facts) walk(decl *ast.FuncDecl, given []role) *walked {
	key := walkKey{decl, fmt.Sprint(given)}
	if done := x.walks[key]; done != nil {
		return done
	}
	done := &walked{body: &graph.Body{}, busy: true}
	x.walks[key] = done
	x.budget--
	if decl.Body != nil && x.budget > 0 {
		e := &env{x: x, decl: decl, body: x.bodyOf(decl), roles: map[types.Object]role{}}
		e.bind(decl, given)
		e.aliases(decl.Body)
		e.excuse(decl.Body)
		done.body = e.run(decl.Type, decl.Body)
	}
	done.busy = false
	return done
}
