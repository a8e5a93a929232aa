package golang

import (
	"go/types"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/flow/names"
)

// checkStorable looks for artifacts of types whose values can't be stored, or not be read again.
func (r *reader) checkStorable(f *field) {
	if f.typ == nil || f.typ == types.Typ[types.Invalid] {
		return
	}
	t := f.typ
	if named, ok := types.Unalias(t).(*types.Named); ok && sdkNamed(named) == "Lazy" && named.TypeArgs().Len() == 1 {
		t = named.TypeArgs().At(0)
	}
	s := &storing{p: r.p}
	if f.Gob {
		s.top(t)
	} else {
		s.look(t, f.goName)
	}
	at := r.p.span(f.ident)
	if s.problem != "" {
		r.odd(graph.Oddity{Kind: graph.OddUnstorable, Range: at, Name: f.goName, Want: s.path, Got: s.problem})
	} else if s.back != "" {
		r.odd(graph.Oddity{Kind: graph.OddCycle, Range: at, Name: f.goName, Got: s.back})
	}
}

// storing looks through a type.
type storing struct {
	p       *Package
	around  []types.Type // the named types on the way
	problem string
	path    string // where in the value it is
	back    string // a field that points back to what it is in
}

// top is for types that are stored as gob, which leaves away what it can't store inside of a struct.
func (s *storing) top(t types.Type) {
	switch t.Underlying().(type) {
	case *types.Signature:
		s.problem = "a function"
	case *types.Chan:
		s.problem = "a channel"
	}
}

func (s *storing) found(problem, path string) {
	if s.problem == "" {
		s.problem, s.path = problem, path
	}
}

// look follows a type to all that is stored of its values.
func (s *storing) look(t types.Type, path string) {
	if s.problem != "" || s.known(t, path) {
		return
	}
	for _, outer := range s.around {
		if types.Identical(outer, t) {
			if pointsBack(path) && s.back == "" {
				s.back = path
			}
			return
		}
	}
	if _, named := types.Unalias(t).(*types.Named); named {
		s.around = append(s.around, t)
		defer func() { s.around = s.around[:len(s.around)-1] }()
	}
	switch u := t.Underlying().(type) {
	case *types.Signature:
		s.found("a function", path)
	case *types.Chan:
		s.found("a channel", path)
	case *types.Basic:
		if u.Kind() == types.UnsafePointer {
			s.found("an unsafe pointer", path)
		}
	case *types.Interface:
		if u.NumMethods() > 0 {
			s.found("an interface with methods, of which no reader knows what to make", path)
		}
	case *types.Pointer:
		s.look(u.Elem(), path)
	case *types.Slice:
		s.look(u.Elem(), path)
	case *types.Array:
		s.look(u.Elem(), path)
	case *types.Map:
		s.look(u.Key(), path)
		s.look(u.Elem(), path)
	case *types.Struct:
		s.fields(t, u, path)
	}
}

// known reports whether a type has a form of its own in the store, or is known to have none.
func (s *storing) known(t types.Type, path string) bool {
	named, ok := types.Unalias(t).(*types.Named)
	if !ok || named.Obj().Pkg() == nil {
		return false
	}
	switch pkg, name := named.Obj().Pkg().Path(), named.Obj().Name(); {
	case pkg == "time" && (name == "Time" || name == "Duration"), pkg == "math/big" && name == "Int", pkg == SDK:
		return true
	case pkg == "sync" || pkg == "sync/atomic":
		s.found("a "+pkg+"."+name, path)
		return true
	}
	return binary(t) && len(s.around) == 0
}

// binary reports whether a type stores itself, as encoding.BinaryMarshaler and BinaryUnmarshaler say.
func binary(t types.Type) bool {
	methods := types.NewMethodSet(types.NewPointer(t))
	return methods.Lookup(nil, "MarshalBinary") != nil && methods.Lookup(nil, "UnmarshalBinary") != nil
}

func (s *storing) fields(t types.Type, u *types.Struct, path string) {
	kept := 0
	for i := range u.NumFields() {
		f := u.Field(i)
		own := names.Of(f.Name(), tagOf(u, i))
		if !f.Exported() && !f.Embedded() || own.Name == "" {
			if named, ok := types.Unalias(f.Type()).(*types.Named); ok && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "sync" {
				s.found("a sync."+named.Obj().Name(), path+"."+f.Name())
			}
			continue
		}
		kept++
		s.look(f.Type(), path+"."+f.Name())
	}
	if kept == 0 && u.NumFields() > 0 && s.problem == "" {
		s.found("a "+s.p.typeText(t)+", which has no exported fields, so that nothing of it is stored", path)
	}
}

// pointsBack reports whether a field's name says that it leads back to what it is in: a tree's leaves may well be of the tree's type.
func pointsBack(path string) bool {
	switch strings.ToLower(path[strings.LastIndexByte(path, '.')+1:]) {
	case "parent", "prev", "previous", "back", "owner", "up", "root", "graph", "tree":
		return true
	}
	return false
}
