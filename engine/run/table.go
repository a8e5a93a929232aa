package run

import (
	"slices"
	"sync"
	"unique"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/worker"
)

// entry is one artifact of a table. Texts are interned: thousands of tasks share names, types and most keys.
type entry struct {
	name string
	ref  artifact.Ref
}

// table is what a task left: its own artifacts, and by reference the table of the parent it inherits from. A table does not change, so
// that thousands of children can stand on one.
type table struct {
	base  *table
	depth int
	own   []entry // sorted by name

	once sync.Once
	wire map[string]worker.Ref // see sharedRefs
}

// maxDepth is how many tables a lookup may walk through before they are copied into one.
const maxDepth = 8

func intern(s string) string {
	if s == "" {
		return s
	}
	return unique.Make(s).Value()
}

func newEntry(name string, ref artifact.Ref) entry {
	ref.Key = artifact.Key(intern(string(ref.Key)))
	ref.Type, ref.Encoding, ref.Serializer = intern(ref.Type), intern(ref.Encoding), intern(ref.Serializer)
	return entry{name: intern(name), ref: ref}
}

// tableOf is a table without a parent.
func tableOf(objects artifact.Objects) *table {
	own := make([]entry, 0, len(objects))
	for name, ref := range objects {
		own = append(own, newEntry(name, ref))
	}
	sortEntries(own)
	return &table{own: own}
}

func sortEntries(list []entry) {
	slices.SortFunc(list, func(a, b entry) int {
		switch {
		case a.name < b.name:
			return -1
		case a.name > b.name:
			return 1
		}
		return 0
	})
}

// newTable is the table of a task that produced some artifacts and passes others on, by input. Where it passes on all of one input that it
// does not replace, that table is shared instead of copied.
func newTable(produced []entry, passed []worker.Inherited, inputs []*table) *table {
	own := slices.Clip(produced)
	sortEntries(own)
	t := &table{own: own}
	if len(passed) == 1 && len(inputs) == 1 && passed[0].Input == 0 && t.covers(inputs[0], passed[0].Names) {
		t.base, t.depth = inputs[0], inputs[0].depth+1
		if t.depth > maxDepth {
			return tableOf(t.objects())
		}
		return t
	}
	t.own = append(t.own, t.copied(passed, inputs)...)
	sortEntries(t.own)
	return t
}

// copied are the artifacts passed on that the table has no own value for.
func (t *table) copied(passed []worker.Inherited, inputs []*table) []entry {
	var list []entry
	seen := map[string]bool{}
	for _, p := range passed {
		for _, name := range p.Names {
			if _, produced := t.find(name); produced || seen[name] {
				continue
			}
			if ref, ok := inputs[p.Input].get(name); ok {
				seen[name] = true
				list = append(list, newEntry(name, ref))
			}
		}
	}
	return list
}

// covers says whether every artifact of base is either passed on or replaced.
func (t *table) covers(base *table, names []string) bool {
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
func (t *table) find(name string) (artifact.Ref, bool) {
	i, ok := slices.BinarySearchFunc(t.own, name, func(e entry, name string) int {
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

// get finds an artifact, inherited ones too.
func (t *table) get(name string) (artifact.Ref, bool) {
	for ; t != nil; t = t.base {
		if ref, ok := t.find(name); ok {
			return ref, true
		}
	}
	return artifact.Ref{}, false
}

// objects is the whole table as the store wants it.
func (t *table) objects() artifact.Objects {
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

// refs is the whole table as the worker wants it.
func (t *table) refs() map[string]worker.Ref {
	objects := t.objects()
	refs := make(map[string]worker.Ref, len(objects))
	for name, ref := range objects {
		refs[name] = worker.Ref{Key: string(ref.Key), Size: ref.Size, Type: ref.Type, Encoding: ref.Encoding}
	}
	return refs
}

// sharedRefs is refs, made once: for the parent of many children. It is not to be changed.
func (t *table) sharedRefs() map[string]worker.Ref {
	t.once.Do(func() { t.wire = t.refs() })
	return t.wire
}
