package golang

import (
	"go/token"
	"go/types"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/flow/names"
)

// shaping makes shapes of types.
type shaping struct {
	p      *Package
	around []types.Type // the named types on the way
}

// shape is what can be read into a value of a type, nil for anything.
func (p *Package) shape(t types.Type) *graph.Shape {
	if t == nil || t == types.Typ[types.Invalid] {
		return nil
	}
	return (&shaping{p: p}).of(t)
}

// of follows a type. One that has a form of its own, and one that is part of itself, takes anything: too little is better told than what is wrong.
func (s *shaping) of(t types.Type) *graph.Shape {
	if p, ok := t.Underlying().(*types.Pointer); ok {
		return s.of(p.Elem())
	}
	out := &graph.Shape{Type: s.p.typeText(t)}
	if isDuration(t) {
		out.Kinds = []graph.ValueKind{graph.IntegerKind}
		return out
	}
	if named, ok := types.Unalias(t).(*types.Named); ok {
		if pkg := named.Obj().Pkg(); pkg != nil && (pkg.Path() == "time" || pkg.Path() == "math/big" || pkg.Path() == SDK) {
			return nil
		}
		for _, outer := range s.around {
			if types.Identical(outer, t) {
				return nil
			}
		}
		s.around = append(s.around, t)
		defer func() { s.around = s.around[:len(s.around)-1] }()
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		out.Kinds = basicKinds(u)
	case *types.Slice:
		out.Kinds, out.Item = []graph.ValueKind{graph.ArrayKind}, s.of(u.Elem())
	case *types.Array:
		out.Kinds, out.Item = []graph.ValueKind{graph.ArrayKind}, s.of(u.Elem())
	case *types.Map:
		out.Kinds, out.Item = []graph.ValueKind{graph.ObjectKind}, s.of(u.Elem())
	case *types.Struct:
		out.Kinds = []graph.ValueKind{graph.ObjectKind}
		s.fields(out, u)
	}
	if out.Kinds == nil {
		return nil
	}
	return out
}

func basicKinds(b *types.Basic) []graph.ValueKind {
	switch basicWord(b) {
	case "bool":
		return []graph.ValueKind{graph.BoolKind}
	case "int":
		return []graph.ValueKind{graph.IntegerKind}
	case "float":
		return []graph.ValueKind{graph.IntegerKind, graph.NumberKind}
	case "str":
		return []graph.ValueKind{graph.StringKind}
	}
	return nil
}

// fields adds the exported fields of a struct, those of embedded structs as if they were its own. The outermost of equal keys wins.
func (s *shaping) fields(out *graph.Shape, u *types.Struct) {
	var embedded []*types.Struct
	for i := range u.NumFields() {
		f, tag := u.Field(i), tagOf(u, i)
		if inner, ok := f.Type().Underlying().(*types.Struct); ok && f.Embedded() && tag.Get(names.Artifact) == "" {
			embedded = append(embedded, inner)
			continue
		}
		key := names.Of(f.Name(), tag).Name
		if !f.Exported() || key == "" || out.Field(key) != nil {
			continue
		}
		out.Fields = append(out.Fields, graph.ShapeField{Key: key, Name: out.Type + "." + f.Name(), Range: s.place(f), Shape: s.of(f.Type())})
	}
	for _, inner := range embedded {
		s.fields(out, inner)
	}
}

// place is that of a field's name, nothing in another package.
func (s *shaping) place(f *types.Var) graph.Range {
	if f.Pkg() != s.p.Types {
		return graph.Range{}
	}
	return s.p.Range(f.Pos(), f.Pos()+token.Pos(len(f.Name())))
}
