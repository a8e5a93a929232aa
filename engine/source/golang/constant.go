package golang

import (
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"math"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// integer is the value of a constant.
func (p *Package) integer(e ast.Expr) (int, bool) {
	v := p.Info.Types[e].Value
	if v == nil || v.Kind() != constant.Int {
		return 0, false
	}
	n, exact := constant.Int64Val(v)
	return int(n), exact
}

// caseOf returns a case as the graph writes it, and its type in Python's words; both are empty for what is no constant.
func (p *Package) caseOf(e ast.Expr) (text, kind string) {
	tv := p.Info.Types[e]
	if tv.Value == nil {
		return literalCase(e)
	}
	floating := false
	if b, ok := tv.Type.Underlying().(*types.Basic); ok {
		floating = b.Info()&types.IsFloat != 0
	}
	switch v := tv.Value; {
	case v.Kind() == constant.String:
		return constant.StringVal(v), "str"
	case v.Kind() == constant.Bool:
		return pythonBool(constant.BoolVal(v)), "bool"
	case floating:
		f, _ := constant.Float64Val(v)
		return pythonFloat(f), "float"
	case v.Kind() == constant.Int:
		return v.ExactString(), "int"
	}
	return "", ""
}

// literalCase reads a case whose type is not known.
func literalCase(e ast.Expr) (text, kind string) {
	lit, ok := ast.Unparen(e).(*ast.BasicLit)
	if !ok {
		return "", ""
	}
	switch lit.Kind {
	case token.STRING:
		s, err := strconv.Unquote(lit.Value)
		if err == nil {
			return s, "str"
		}
	case token.INT:
		return lit.Value, "int"
	case token.FLOAT:
		return lit.Value, "float"
	}
	return "", ""
}

// pythonFloat writes a float as Python's repr does.
func pythonFloat(v float64) string {
	if a := math.Abs(v); a != 0 && (a < 1e-4 || a >= 1e16) {
		return strconv.FormatFloat(v, 'e', -1, 64)
	}
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if !strings.Contains(s, ".") {
		s += ".0"
	}
	return s
}

// isZero reports whether an expression is the zero value of its type, as it stands.
func (c *collector) isZero(e ast.Expr) bool {
	if isNil(e) {
		return true
	}
	v := c.info().Types[e].Value
	if v == nil {
		return false
	}
	switch v.Kind() {
	case constant.String:
		return constant.StringVal(v) == ""
	case constant.Int, constant.Float:
		return constant.Sign(v) == 0
	}
	return false
}

// content tells what is plainly visible of a value.
func (c *collector) content(e ast.Expr) graph.Content {
	e = ast.Unparen(e)
	if isNil(e) {
		return graph.Content{Kind: graph.ContentNone, Text: "None"}
	}
	if v := c.info().Types[e].Value; v != nil {
		text, kind := c.e.x.r.p.caseOf(e)
		switch kind {
		case "str":
			return graph.Content{Kind: graph.ContentString, Text: text}
		case "bool":
			return graph.Content{Kind: graph.ContentBool, Text: text}
		case "int", "float":
			return graph.Content{Kind: graph.ContentNumber, Text: text}
		}
	}
	lit, ok := e.(*ast.CompositeLit)
	if !ok || !c.constant(lit) {
		return graph.Content{}
	}
	t := c.info().TypeOf(lit)
	if t == nil {
		return graph.Content{}
	}
	text := strings.Join(strings.Fields(c.e.x.r.p.source(lit)), "")
	switch t.Underlying().(type) {
	case *types.Slice, *types.Array:
		return graph.Content{Kind: graph.ContentList, Text: text}
	case *types.Map, *types.Struct:
		return graph.Content{Kind: graph.ContentDict, Text: text}
	}
	return graph.Content{}
}

// constant reports whether a literal is made of constants alone.
func (c *collector) constant(lit *ast.CompositeLit) bool {
	for _, e := range lit.Elts {
		if kv, ok := e.(*ast.KeyValueExpr); ok {
			e = kv.Value
		}
		if inner, ok := e.(*ast.CompositeLit); ok && c.constant(inner) {
			continue
		}
		if c.info().Types[e].Value == nil && !isNil(e) {
			return false
		}
	}
	return true
}
