package python

import (
	"bytes"
	"cmp"
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
)

// facts reads what the code of a flow does with artifacts. Each function is walked once for each way it is given the
// flow: a step with self and inputs, a helper with what its callers pass. What a walk found is kept, so that a helper
// called a thousand times costs one walk and a thousand merges of its result.
type facts struct {
	w       *workspace
	classes []*class
	members map[string]*member
	data    *graph.Data
	ids     map[string]int
	places  map[placeKey]*graph.Mention
	known   map[funcKey]*funcInfo
	walks   map[walkKey]*walked
	bodies  map[funcKey]int
	spare   []roomy
	budget  int // of walks, against absurd sources
}

// maxWalks bounds how many times functions are walked for one flow.
const maxWalks = 20_000

type placeKey struct {
	file  *file
	start uint32
}

type funcKey struct {
	mod   *module
	start uint
}

// walkKey is a function with what its arguments are known to be.
type walkKey struct {
	funcKey
	given string
}

// walked is the result of a walk.
type walked struct {
	body *graph.Body
	ret  *value
	busy bool // the walk is under way: a recursive call adds nothing
}

// member is what the class ends up with under a name.
type member struct {
	owned
	kind graph.MemberKind
}

// function is a function that may be given the flow.
type function struct {
	mod   *module
	node  *flatNode
	owner *class // nil for a function of a module
	name  string
}

func (fn function) key() funcKey { return funcKey{fn.mod, fn.node.StartByte()} }

// funcInfo is what every walk of a function needs.
type funcInfo struct {
	tree   *flatTree
	params []param
	body   node
}

type param struct {
	name string
	kind graph.ArgKind
}

// readData reads the facts of a flow whose steps are known.
func (w *workspace) readData(flow *graph.Flow, l lineage, list []owned) *graph.Data {
	x := &facts{
		w: w, classes: l.classes, members: make(map[string]*member, len(list)), data: &graph.Data{}, ids: map[string]int{},
		places: map[placeKey]*graph.Mention{}, known: map[funcKey]*funcInfo{}, walks: map[walkKey]*walked{}, bodies: map[funcKey]int{},
		budget: maxWalks,
	}
	for _, o := range list {
		x.addMember(o)
	}
	x.makeRoom(len(list))
	steps := make(map[string]*graph.Step, len(flow.Steps))
	for _, s := range flow.Steps {
		steps[s.Name] = s
	}
	for _, o := range list {
		if o.attr.kind == attrStep {
			x.bodyOf(o.function())
		}
	}
	for _, o := range list {
		if s := steps[o.attr.name]; o.attr.kind == attrStep && s != nil {
			x.step(o, s)
		}
	}
	for _, o := range list {
		if (o.attr.kind == attrMethod || o.attr.kind == attrOther) && o.attr.def.node != nil {
			x.helper(o)
		}
	}
	x.classBodies()
	x.sort(w.files)
	return graph.NewData(x.data)
}

// makeRoom guesses how much there will be, so that the lists need not grow.
func (x *facts) makeRoom(members int) {
	size := 0
	for _, c := range x.classes {
		start, end := c.def.node.ByteRange()
		size += bytes.Count(c.mod.text[start:min(int(end), len(c.mod.text))], []byte("self."))
	}
	x.data.Mentions = make([]*graph.Mention, 0, size)
	x.data.Bodies = make([]*graph.Body, 0, members)
	x.places = make(map[placeKey]*graph.Mention, size)
}

func (o owned) function() function {
	return function{mod: o.class.mod, node: o.attr.def.node, owner: o.class, name: o.attr.name}
}

// step walks a step's body.
func (x *facts) step(o owned, s *graph.Step) {
	given := []*value{selfValue}
	inputs := ""
	if s.Positional() >= 2 {
		given = append(given, inputsValue)
		inputs = s.Args[1].Name
	}
	done := x.walk(o.function(), given)
	b := x.data.Bodies[x.bodyOf(o.function())]
	fill(b, done.body)
	b.Step, b.Name, b.Inputs = true, o.attr.name, inputs
	b.OpenFromStart = o.unsure || o.attr.conditional
	for _, deco := range o.attr.def.decorators {
		if o.attr.mark != nil && deco == o.attr.mark {
			continue
		}
		x.stepDecorator(o, deco, b)
	}
}

// fill copies the result of a walk into the body that stands for its function.
func fill(b, from *graph.Body) {
	name, owner, at := b.Name, b.Owner, b.Range
	*b = *from
	b.Name, b.Owner, b.Range = name, owner, at
}

// helper walks a method that no step has called, or not with its first argument alone.
func (x *facts) helper(o owned) {
	fn := o.function()
	if _, called := x.bodies[fn.key()]; called {
		return
	}
	for _, deco := range o.attr.def.decorators {
		if name := o.class.mod.lastName(o.class.mod.decoratorTarget(deco)); name == "staticmethod" || name == "classmethod" {
			return
		}
	}
	x.walk(fn, []*value{selfValue})
}

// bodyOf returns the index of the body that stands for a function.
func (x *facts) bodyOf(fn function) int {
	if i, ok := x.bodies[fn.key()]; ok {
		return i
	}
	b := &graph.Body{Name: fn.name, Range: fn.mod.span(fn.node)}
	if fn.owner != nil {
		b.Owner = fn.owner.name
	}
	x.data.Bodies = append(x.data.Bodies, b)
	x.bodies[fn.key()] = len(x.data.Bodies) - 1
	return len(x.data.Bodies) - 1
}

func (x *facts) info(fn function) *funcInfo {
	if known := x.known[fn.key()]; known != nil {
		return known
	}
	t := fn.mod.flatten(fn.node)
	i := &funcInfo{tree: t, body: t.part(0, fieldBody), params: t.parameters(t.part(0, fieldParameters))}
	x.known[fn.key()] = i
	return i
}

// parameters are those of a function as [file.arguments] has them.
func (t *flatTree) parameters(list node) []param {
	var out []param
	kind := graph.Positional
	for p := t.first(list); p != none; p = t.after(list, p) {
		inner := p
		if t.isKind(p, "typed_parameter") {
			inner = t.first(p)
		}
		a := param{kind: kind}
		switch t.kindOf(inner) {
		case "keyword_separator":
			kind = graph.Keyword
			continue
		case "positional_separator":
			continue
		case "list_splat_pattern":
			a.kind, kind = graph.VarArgs, graph.Keyword
		case "dictionary_splat_pattern":
			a.kind = graph.VarKeyword
		}
		for t.first(inner) != none {
			inner = t.first(inner)
		}
		a.name = t.textOf(inner)
		out = append(out, a)
	}
	return out
}

// id numbers an artifact's name.
func (x *facts) id(name string) int {
	if id, ok := x.ids[name]; ok {
		return id
	}
	x.ids[name] = len(x.data.Names)
	x.data.Names = append(x.data.Names, name)
	return len(x.data.Names) - 1
}

// mention notes a place that names an artifact. A place that several walks pass is noted once.
func (x *facts) mention(f *file, start, end uint32, m graph.Mention) *graph.Mention {
	key := placeKey{f, start}
	if old := x.places[key]; old != nil {
		if old.Kind == graph.Read && m.Kind != graph.Read {
			old.Kind = m.Kind
		}
		return old
	}
	m.ID = x.id(m.Name)
	m.Range = f.between(int(start), int(end))
	x.data.Mentions = append(x.data.Mentions, &m)
	x.places[key] = &m
	return &m
}

// sort brings the mentions into the order of their places. They nearly are.
func (x *facts) sort(files []string) {
	rank := make(map[string]int, len(files))
	for i, f := range files {
		rank[f] = i
	}
	compare := func(m, n *graph.Mention) int {
		a, b := &m.Range, &n.Range
		if a.File != b.File {
			return rank[a.File] - rank[b.File]
		}
		return cmp.Or(a.Start.Line-b.Start.Line, a.Start.Column-b.Start.Column)
	}
	if !slices.IsSortedFunc(x.data.Mentions, compare) {
		slices.SortFunc(x.data.Mentions, compare)
	}
}
