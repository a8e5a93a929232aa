package task

import (
	"iter"
	"slices"
	"sync"
	"unique"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Entry is one artifact of a table. Texts are interned: thousands of tasks share names, types and most keys.
type Entry struct {
	name string
	ref  artifact.Ref
}

// Table is what a task left: its own artifacts, and by reference the table of the parent it inherits from. A table does not change, so
// that thousands of children can stand on one.
type Table struct {
	base  *Table
	depth int
	own   []Entry // sorted by name

	once sync.Once
	wire map[string]worker.Ref // see SharedRefs
}

// maxDepth is how many tables a lookup may walk through before they are copied into one.
const maxDepth = 8

// Intern is the text as one that all equal ones share.
func Intern(s string) string {
	if s == "" {
		return s
	}
	return unique.Make(s).Value()
}

// NewEntry is an artifact by name.
func NewEntry(name string, ref artifact.Ref) Entry {
	ref.Key = artifact.Key(Intern(string(ref.Key)))
	ref.Type, ref.Encoding, ref.Serializer = Intern(ref.Type), Intern(ref.Encoding), Intern(ref.Serializer)
	return Entry{name: Intern(name), ref: ref}
}

// TableOf is a table without a parent.
func TableOf(objects artifact.Objects) *Table {
	own := make([]Entry, 0, len(objects))
	for name, ref := range objects {
		own = append(own, NewEntry(name, ref))
	}
	sortEntries(own)
	return &Table{own: own}
}

func sortEntries(list []Entry) {
	slices.SortFunc(list, func(a, b Entry) int {
		switch {
		case a.name < b.name:
			return -1
		case a.name > b.name:
			return 1
		}
		return 0
	})
}

// NewTable is the table of a task that produced some artifacts and passes others on, by input. Where it passes on all of one input that it
// does not replace, that table is shared instead of copied.
func NewTable(produced []Entry, passed []worker.Inherited, inputs []*Table) *Table {
	own := slices.Clip(produced)
	sortEntries(own)
	t := &Table{own: own}
	if len(passed) == 1 && len(inputs) == 1 && passed[0].Input == 0 && t.covers(inputs[0], passed[0].Names) {
		t.base, t.depth = inputs[0], inputs[0].depth+1
		if t.depth > maxDepth {
			return TableOf(t.Objects())
		}
		return t
	}
	t.own = append(t.own, t.copied(passed, inputs)...)
	sortEntries(t.own)
	return t
}

// copied are the artifacts passed on that the table has no own value for.
func (t *Table) copied(passed []worker.Inherited, inputs []*Table) []Entry {
	var list []Entry
	seen := map[string]bool{}
	for _, p := range passed {
		for _, name := range p.Names {
			if _, produced := t.find(name); produced || seen[name] {
				continue
			}
			if ref, ok := inputs[p.Input].Get(name); ok {
				seen[name] = true
				list = append(list, NewEntry(name, ref))
			}
		}
	}
	return list
}

// covers says whether every artifact of base is either passed on or replaced.
func (t *Table) covers(base *Table, names []string) bool {
	passed := make(map[string]bool, len(names))
	for _, name := range names {
		passed[name] = true
	}
	for b := base; b != nil; b = b.base {
		for _, e := range b.own {
			if _, replaced := t.find(e.name); !replaced && !passed[e.name] {
				return false
			}
		}
	}
	return true
}

// find looks into the table's own artifacts.
func (t *Table) find(name string) (artifact.Ref, bool) {
	i, ok := slices.BinarySearchFunc(t.own, name, func(e Entry, name string) int {
		switch {
		case e.name < name:
			return -1
		case e.name > name:
			return 1
		}
		return 0
	})
	if !ok {
		return artifact.Ref{}, false
	}
	return t.own[i].ref, true
}

// Get finds an artifact, inherited ones too.
func (t *Table) Get(name string) (artifact.Ref, bool) {
	for ; t != nil; t = t.base {
		if ref, ok := t.find(name); ok {
			return ref, true
		}
	}
	return artifact.Ref{}, false
}

// Objects is the whole table as the store wants it.
func (t *Table) Objects() artifact.Objects {
	all := artifact.Objects{}
	for ; t != nil; t = t.base {
		for _, e := range t.own {
			if _, replaced := all[e.name]; !replaced {
				all[e.name] = e.ref
			}
		}
	}
	return all
}

// All goes over the whole table, by name.
func (t *Table) All() iter.Seq2[string, artifact.Ref] {
	if t != nil && t.base != nil {
		t = TableOf(t.Objects())
	}
	return func(yield func(string, artifact.Ref) bool) {
		if t == nil {
			return
		}
		for _, e := range t.own {
			if !yield(e.name, e.ref) {
				return
			}
		}
	}
}

// Refs is the whole table as the worker wants it.
func (t *Table) Refs() map[string]worker.Ref {
	objects := t.Objects()
	refs := make(map[string]worker.Ref, len(objects))
	for name, ref := range objects {
		refs[name] = worker.Ref{Key: string(ref.Key), Size: ref.Size, Type: ref.Type, Encoding: ref.Encoding}
	}
	return refs
}

// SharedRefs is [Table.Refs], made once: for the parent of many children. It is not to be changed.
func (t *Table) SharedRefs() map[string]worker.Ref {
	t.once.Do(func() { t.wire = t.Refs() })
	return t.wire
}
