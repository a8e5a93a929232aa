package golang

import (
	"go/ast"
	"go/types"
	"reflect"
	"strconv"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/flow/names"
)

// field is one field of the flow that is more than a variable of the step.
type field struct {
	names.Field
	goName string
	ident  *ast.Ident
	expr   ast.Expr // its type
	typ    types.Type
	tag    *tag
	owner  *flowType
	obj    types.Object
}

// fixed tells whether the field is a parameter or a config, which steps can't change.
func (f *field) fixed() bool { return f.Param != "" || f.Config != "" }

func (r *reader) findFields(t *flowType) {
	for _, base := range t.bases {
		r.ownFields(base)
	}
	r.ownFields(t)
	for _, f := range r.fields {
		switch {
		case f.Config != "":
			r.config(f)
		case f.Param != "":
			r.flow.Parameters = append(r.flow.Parameters, r.parameter(f))
		}
	}
}

func (r *reader) ownFields(t *flowType) {
	for _, list := range t.body.Fields.List {
		if len(list.Names) == 0 {
			r.elsewhere(t, list.Type)
		}
		for _, id := range list.Names {
			if !id.IsExported() {
				continue
			}
			f := &field{
				Field: names.Of(id.Name, reflectTag(list.Tag)), goName: id.Name, ident: id, expr: list.Type,
				typ: r.p.Info.TypeOf(list.Type), tag: readTag(list.Tag), owner: t, obj: r.p.Info.Defs[id],
			}
			if f.Name != "" {
				r.fields = append(r.fields, f)
				r.byField[f.goName] = f
			}
		}
	}
}

// elsewhere adds the fields of a struct of another package that is embedded. They are said to stand where it is.
func (r *reader) elsewhere(t *flowType, at ast.Expr) {
	sel, ok := bare(at).(*ast.SelectorExpr)
	typ := r.p.Info.TypeOf(at)
	if !ok || typ == nil || r.p.sdkType(at) != "" {
		return
	}
	if s, ok := typ.Underlying().(*types.Struct); ok {
		r.promoted(t, sel, s)
	}
}

func (r *reader) promoted(t *flowType, at *ast.SelectorExpr, s *types.Struct) {
	for i := range s.NumFields() {
		f := s.Field(i)
		if inner, ok := f.Type().Underlying().(*types.Struct); ok && f.Embedded() {
			r.promoted(t, at, inner)
			continue
		}
		if !f.Exported() || r.byField[f.Name()] != nil {
			continue
		}
		one := &field{Field: names.Of(f.Name(), tagOf(s, i)), goName: f.Name(), ident: at.Sel, expr: at, typ: f.Type(), tag: farTag(s.Tag(i), at), owner: t, obj: f}
		if one.Name != "" {
			r.fields = append(r.fields, one)
			r.byField[one.goName] = one
		}
	}
}

func reflectTag(lit *ast.BasicLit) reflect.StructTag {
	if lit == nil {
		return ""
	}
	text, _ := strconv.Unquote(lit.Value)
	return reflect.StructTag(text)
}

func (r *reader) value(f *field, key string) (string, graph.Range) {
	p, ok := f.tag.get(key)
	if !ok {
		return "", graph.Range{}
	}
	return p.value, r.p.Range(p.valueFrom, p.valueTo)
}

func (r *reader) parameter(f *field) *graph.Parameter {
	p := &graph.Parameter{
		Name: f.Param, Attr: f.Name, Class: "Parameter", Type: parameterType(f.typ), NameRange: r.p.span(f.ident), Range: r.fieldRange(f),
	}
	if sdkNamedOrNil(f.typ) == "File" {
		p.Class, p.Type = "IncludeFile", "path"
	}
	p.Help, _ = r.value(f, names.Help)
	required, _ := r.value(f, names.Required)
	p.Required, _ = strconv.ParseBool(required)
	if d, ok := f.tag.get(names.Default); ok {
		p.Default = d.value
		p.Value = tagLiteral(p.Type, d.value)
		p.Value.Range = r.p.Range(d.valueFrom, d.valueTo)
	}
	return p
}

// fieldRange is the field from its name to its tag.
func (r *reader) fieldRange(f *field) graph.Range {
	end := f.expr.End()
	if f.tag.lit != nil {
		end = f.tag.lit.End()
	}
	return r.p.Range(f.ident.Pos(), end)
}

func sdkNamedOrNil(t types.Type) string {
	if t == nil {
		return ""
	}
	return sdkNamed(t)
}

// parameterType is a parameter's type in the words of the graph, empty where it is one of Go's own.
func parameterType(t types.Type) string {
	if t == nil {
		return ""
	}
	if isDuration(t) {
		return "str"
	}
	switch u := t.Underlying().(type) {
	case *types.Basic:
		return basicWord(u)
	case *types.Slice:
		if parameterType(u.Elem()) != "" && parameterType(u.Elem()) != "JSON" {
			return parameterType(u.Elem())
		}
	}
	return "JSON"
}

func isDuration(t types.Type) bool {
	named, ok := types.Unalias(t).(*types.Named)
	return ok && named.Obj().Name() == "Duration" && named.Obj().Pkg() != nil && named.Obj().Pkg().Path() == "time"
}

// tagLiteral is the text of a tag as a literal of the graph.
func tagLiteral(typ, text string) graph.Literal {
	switch typ {
	case "int", "float":
		if v, err := strconv.ParseFloat(text, 64); err == nil {
			kind := graph.LiteralFloat
			if typ == "int" {
				kind = graph.LiteralInt
			}
			return graph.Literal{Kind: kind, Text: text, Number: v}
		}
	case "bool":
		if v, err := strconv.ParseBool(text); err == nil {
			return graph.Literal{Kind: graph.LiteralBool, Text: pythonBool(v)}
		}
	case "str", "path":
		return graph.Literal{Kind: graph.LiteralStr, Text: text}
	}
	return graph.Literal{Text: text}
}

func pythonBool(v bool) string {
	if v {
		return "True"
	}
	return "False"
}

// config adds a config: as a parameter, which it is on the command line, and with what its tag says.
func (r *reader) config(f *field) {
	r.flow.Parameters = append(r.flow.Parameters, &graph.Parameter{
		Name: f.Config, Attr: f.Name, Class: "Config", NameRange: r.p.span(f.ident), Range: r.fieldRange(f),
	})
	c := &graph.Config{Name: f.Config, Attr: f.Name, AttrRange: r.p.span(f.ident), Owner: f.owner.name, Range: r.fieldRange(f), Takes: r.p.shape(f.typ)}
	_, c.NameRange = r.value(f, names.Config)
	for _, a := range configArgs {
		pair, ok := f.tag.get(a.key)
		switch {
		case !ok, a.key == names.Parser && pair.value == "json": // as without
			continue
		case a.key == names.Config:
			pair.value = f.Config
		}
		v := &graph.Value{Kind: a.kind, Text: pair.value, Range: r.p.Range(pair.valueFrom, pair.valueTo)}
		if a.kind == graph.BoolKind {
			on, _ := strconv.ParseBool(pair.value)
			v.Text = pythonBool(on)
		}
		c.Args = append(c.Args, graph.ConfigArg{Name: a.name, Range: r.p.Range(pair.from, pair.to), Value: v})
	}
	r.flow.Configs.Declared = append(r.flow.Configs.Declared, c)
}

// configArgs are the keys of a config's tag as the graph calls them.
var configArgs = []struct {
	key, name string
	kind      graph.ValueKind
}{
	{names.Config, "name", graph.StringKind}, {names.File, "default", graph.StringKind}, {names.Value, "default_value", graph.StringKind},
	{names.Help, "help", graph.StringKind}, {names.Required, "required", graph.BoolKind}, {names.Parser, "parser", graph.StringKind},
}
