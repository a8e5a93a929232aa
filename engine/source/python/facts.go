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
	flow    *graph.Flow
	classes []*class
	list    []owned
	r       *recollection // may be nil
	members map[string]*member
	room    []member // for those, none more
	data    *graph.Data
	ids     map[string]int
	places  map[placeKey]*graph.Mention
	known   map[funcKey]*funcInfo
	walks   map[walkKey]*walked
	bodies  map[funcKey]int // indexes; those of steps come first
	steps   int             // how many bodies are of steps
	spare   []roomy
	budget  int // of walks, against absurd sources
	depth   int // of walks in walks

	noted   []numbered // the names that the step which is read comes upon
	seen    []int      // by number of the name: the last step that came upon it, from 1
	now     int        // the step that is read, from 1; 0 outside of steps
	called  bool       // by the step that is read: other functions have a part in what it does
	tangled bool       // a step calls another one
	reused  bool       // a step was taken over
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
func (w *workspace) readData(flow *graph.Flow, l lineage, list []owned, r *recollection) *graph.Data {
	x := w.newFacts(flow, l, list, r)
	x.read()
	if x.tangled && x.reused { // what a step was taken over with is not to be touched by what another one does with it
		r.entangle()
		x = w.newFacts(flow, l, list, r)
		x.read()
	}
	if x.tangled && r != nil {
		r.entangle()
	}
	return x.data
}

func (w *workspace) newFacts(flow *graph.Flow, l lineage, list []owned, r *recollection) *facts {
	return &facts{
		w: w, flow: flow, classes: l.classes, list: list, r: r, members: make(map[string]*member, len(list)), room: make([]member, 0, len(list)),
		data: &graph.Data{Members: make([]graph.ClassMember, 0, len(list))},
		ids:  map[string]int{}, places: map[placeKey]*graph.Mention{}, known: map[funcKey]*funcInfo{}, walks: map[walkKey]*walked{},
		bodies: make(map[funcKey]int, len(list)), budget: maxWalks,
	}
}

func (x *facts) read() {
	for _, o := range x.list {
		x.addMember(o)
	}
	x.makeRoom()
	for _, o := range x.list {
		if o.attr.kind == attrStep {
			x.bodyOf(o.function()) // it comes before those of other functions
		}
	}
	x.steps = len(x.data.Bodies)
	step := 0
	for _, o := range x.list {
		if o.attr.kind == attrStep {
			x.nextStep(o, step)
			step++
		}
	}
	for _, o := range x.list {
		if (o.attr.kind == attrMethod || o.attr.kind == attrOther) && o.attr.def.node != nil {
			x.helper(o)
		}
	}
	x.classBodies()
	x.sort(x.w.files)
	x.data.ByName = x.ids
	graph.NewData(x.data)
}

// makeRoom guesses how much there will be, so that the lists need not grow.
func (x *facts) makeRoom() {
	size := 0
	for _, c := range x.classes {
		start, end := c.def.node.ByteRange()
		size += bytes.Count(c.mod.text[start:min(int(end), len(c.mod.text))], []byte("self."))
	}
	x.data.Mentions = make([]*graph.Mention, 0, size)
	x.data.Bodies = make([]*graph.Body, 0, len(x.list))
	if x.r == nil || x.r.old == nil {
		x.places = make(map[placeKey]*graph.Mention, size)
	}
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
	id, known := x.ids[name]
	if !known {
		id = len(x.data.Names)
		x.ids[name] = id
		x.data.Names, x.seen = append(x.data.Names, name), append(x.seen, 0)
	}
	if x.now > 0 && x.seen[id] != x.now {
		x.seen[id] = x.now
		x.noted = append(x.noted, numbered{name, id})
	}
	return id
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
