package golang

import (
	"go/ast"
	"go/constant"
	"go/types"
	"strconv"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/flow/names"
)

// option is one of the SDK's options in the words of the graph, where it is a decorator.
type option struct {
	decorator string
	// args are the decorator's arguments by the option's fields, in the order of those.
	args []optionArg
	// whole is the argument of an option that is no struct, like flow.Timeout.
	whole optionArg
}

type optionArg struct {
	field, name string
	unit        int64 // in nanoseconds, for a duration that the graph has as a number
}

const (
	second = int64(1e9)
	minute = 60 * second
)

// options are the SDK's by the names of their types.
var options = map[string]option{
	"Retry":       {decorator: "retry", args: []optionArg{{field: "Times", name: "times"}, {field: "Wait", name: "minutes_between_retries", unit: minute}}},
	"Timeout":     {decorator: "timeout", whole: optionArg{name: "seconds", unit: second}},
	"Catch":       {decorator: "catch", args: []optionArg{{field: "Field", name: "var"}}},
	"Environment": {decorator: "environment", whole: optionArg{name: "vars"}},
	"Resources": {decorator: "resources", args: []optionArg{
		{field: "CPU", name: "cpu"}, {field: "GPU", name: "gpu"}, {field: "MemoryMB", name: "memory"}, {field: "SharedMemoryMB", name: "shared_memory"},
	}},
	"Batch": {decorator: "batch", args: []optionArg{
		{field: "Image", name: "image"}, {field: "Queue", name: "queue"}, {field: "Role", name: "iam_role"}, {field: "ExecutionRole", name: "execution_role"},
		{field: "CPU", name: "cpu"}, {field: "GPU", name: "gpu"}, {field: "MemoryMB", name: "memory"}, {field: "SharedMemoryMB", name: "shared_memory"},
		{field: "MaxSwapMB", name: "max_swap"}, {field: "Swappiness", name: "swappiness"}, {field: "Inferentia", name: "inferentia"},
		{field: "Trainium", name: "trainium"}, {field: "EFA", name: "efa"}, {field: "HostVolumes", name: "host_volumes"},
		{field: "EFSVolumes", name: "efs_volumes"}, {field: "Tags", name: "aws_batch_tags"}, {field: "UseTmpfs", name: "use_tmpfs"},
		{field: "TmpfsSizeMB", name: "tmpfs_size"}, {field: "TmpfsPath", name: "tmpfs_path"}, {field: "EphemeralStorageGB", name: "ephemeral_storage"},
		{field: "LogDriver", name: "log_driver"}, {field: "LogOptions", name: "log_options"}, {field: "Privileged", name: "privileged"},
	}},
	"Schedule": {decorator: "schedule", args: []optionArg{
		{field: "Hourly", name: "hourly"}, {field: "Daily", name: "daily"}, {field: "Weekly", name: "weekly"}, {field: "Cron", name: "cron"},
		{field: "Timezone", name: "timezone"},
	}},
	"ProjectName": {decorator: "project", whole: optionArg{name: "name"}},
}

// Spelling returns what a decorator of the graph is called in Go, and one of its arguments; each is empty where Go has none.
func Spelling(decorator, arg string) (typ, field string) {
	for name, o := range options {
		if o.decorator != decorator {
			continue
		}
		for _, a := range o.args {
			if a.name == arg {
				return name, a.field
			}
		}
		return name, ""
	}
	return "", ""
}

// readOptions reads what the call of flow.Main says of the flow and its steps.
func (r *reader) readOptions(main *ast.CallExpr) {
	var every []ast.Expr
	for _, arg := range main.Args[min(1, len(main.Args)):] {
		switch name, call := r.p.callOf(arg); {
		case name == "Step" && len(call.Args) > 0:
			r.stepOptions(call)
		case name == "EveryStep":
			every = append(every, call.Args...)
		default:
			if d := r.decorator(arg); d != nil {
				r.flow.Decorators = append(r.flow.Decorators, d)
			}
		}
	}
	for _, s := range r.flow.Steps {
		for _, e := range every {
			r.giveStep(s, e, false)
		}
	}
}

// stepOptions reads flow.Step((*Train).Fit, …).
func (r *reader) stepOptions(call *ast.CallExpr) {
	sel, ok := ast.Unparen(call.Args[0]).(*ast.SelectorExpr)
	if !ok {
		r.odd(graph.Oddity{Kind: graph.OddOption, Range: r.p.span(call.Args[0]), Name: short(r.p.source(call.Args[0]))})
		return
	}
	name := r.stepName(sel.Sel.Name)
	for _, s := range r.flow.Steps {
		if s.Name == name && !r.notTheFlowType(sel.X) {
			for _, e := range call.Args[1:] {
				r.giveStep(s, e, true)
			}
			return
		}
	}
	r.odd(graph.Oddity{Kind: graph.OddOption, Range: r.p.span(call.Args[0]), Name: short(r.p.source(call.Args[0]))})
}

// notTheFlowType reports whether the X of X.Method is known to be another type than the flow's.
func (r *reader) notTheFlowType(e ast.Expr) bool {
	t := r.p.Info.TypeOf(e)
	return t != nil && t != types.Typ[types.Invalid] && r.notTheFlow(e)
}

// giveStep gives a step one option. Its own takes the place of one that every step has.
func (r *reader) giveStep(s *graph.Step, e ast.Expr, own bool) {
	switch name, _ := r.p.callOf(e); name {
	case "AsStart":
		s.Start, s.Mark = true, r.p.span(e)
		return
	case "AsEnd":
		s.End, s.Mark = true, r.p.span(e)
		return
	}
	d := r.decorator(e)
	if d == nil {
		return
	}
	for _, old := range s.Decorators {
		if old.Name == d.Name && !own {
			return
		}
	}
	if d.Name == "catch" {
		r.catch(s, d, e)
	}
	s.Decorators = append(s.Decorators, d)
}

// decorator reads an option, nil for what is none.
func (r *reader) decorator(e ast.Expr) *graph.Decorator {
	e = ast.Unparen(e)
	name := r.p.sdkType(e)
	o, known := options[name]
	if !known {
		return nil
	}
	d := &graph.Decorator{Name: o.decorator, Text: r.p.source(e), Range: r.p.span(e), NameRange: r.p.span(e)}
	d.SDK, d.Public = o.decorator, true
	switch x := e.(type) {
	case *ast.CompositeLit:
		d.NameRange = r.nameRange(x.Type)
		if o.args == nil {
			d.Args = []graph.DecoratorArg{r.optionArg(o.whole, x, r.p.span(x))}
			break
		}
		for i, el := range x.Elts {
			if a, ok := r.elementArg(o, el, i); ok {
				d.Args = append(d.Args, a)
			}
		}
	case *ast.CallExpr: // a conversion
		d.NameRange = r.nameRange(x.Fun)
		if len(x.Args) == 1 && o.args == nil {
			d.Args = []graph.DecoratorArg{r.optionArg(o.whole, x.Args[0], r.p.span(x.Args[0]))}
		}
	default:
		d.Args = []graph.DecoratorArg{{Value: d.Text, Range: d.Range, Spread: true}}
	}
	return d
}

func (r *reader) nameRange(e ast.Expr) graph.Range {
	if sel, ok := e.(*ast.SelectorExpr); ok {
		return r.p.span(sel.Sel)
	}
	if e == nil {
		return graph.Range{}
	}
	return r.p.span(e)
}

// elementArg is one element of an option's literal, by the name of its field or by its place.
func (r *reader) elementArg(o option, el ast.Expr, i int) (graph.DecoratorArg, bool) {
	kv, keyed := el.(*ast.KeyValueExpr)
	if !keyed {
		if i < len(o.args) {
			return r.optionArg(o.args[i], el, r.p.span(el)), true
		}
		return graph.DecoratorArg{}, false
	}
	key, ok := kv.Key.(*ast.Ident)
	if !ok {
		return graph.DecoratorArg{}, false
	}
	for _, a := range o.args {
		if a.field == key.Name {
			arg := r.optionArg(a, kv.Value, r.p.span(kv))
			arg.NameRange = r.p.span(key)
			return arg, true
		}
	}
	return graph.DecoratorArg{}, false
}

func (r *reader) optionArg(a optionArg, value ast.Expr, at graph.Range) graph.DecoratorArg {
	arg := graph.DecoratorArg{Name: a.name, Value: r.p.source(value), Range: at, NameRange: at, Literal: r.p.literal(value)}
	if a.unit != 0 && arg.Literal.Kind == graph.LiteralInt {
		arg.Literal.Number /= float64(a.unit)
		arg.Literal.Text = strconv.FormatFloat(arg.Literal.Number, 'f', -1, 64)
		if arg.Literal.Number != float64(int64(arg.Literal.Number)) {
			arg.Literal.Kind = graph.LiteralFloat
		}
	}
	return arg
}

// literal is an expression as far as it is constant.
func (p *Package) literal(e ast.Expr) graph.Literal {
	l := graph.Literal{Range: p.span(e), Text: p.source(e)}
	if v := p.Info.Types[e].Value; v != nil {
		text, kind := p.caseOf(e)
		l.Kind, l.Text = graph.LiteralKind(kind), text
		if kind == "int" || kind == "float" {
			l.Number, _ = constant.Float64Val(constant.ToFloat(v))
		}
		return l
	}
	lit, ok := ast.Unparen(e).(*ast.CompositeLit)
	if !ok {
		return l
	}
	t := p.Info.TypeOf(lit)
	if t == nil {
		return l
	}
	switch t.Underlying().(type) {
	case *types.Slice, *types.Array:
		l.Kind = graph.LiteralList
		for _, el := range lit.Elts {
			l.Items = append(l.Items, p.literal(el))
		}
	case *types.Map:
		l.Kind = graph.LiteralDict
		for _, el := range lit.Elts {
			if kv, ok := el.(*ast.KeyValueExpr); ok {
				l.Keys, l.Items = append(l.Keys, p.literal(kv.Key)), append(l.Items, p.literal(kv.Value))
			}
		}
	}
	return l
}

// catch says of a step that it goes on after a failure, and which field then says why.
func (r *reader) catch(s *graph.Step, d *graph.Decorator, e ast.Expr) {
	b := r.flow.Data.Step(s.Name)
	if b == nil {
		return
	}
	b.Catch = true
	b.Exit.Surely, b.Exit.Always, b.Exit.Merged = nil, nil, 0
	arg := d.Arg("var")
	if arg == nil || arg.Literal.Kind != graph.LiteralStr || arg.Literal.Text == "" {
		return
	}
	f := r.byField[arg.Literal.Text]
	if f == nil {
		r.odd(graph.Oddity{Kind: graph.OddCatchField, Range: arg.Range, Step: s.Name, Got: arg.Literal.Text})
		arg.Literal.Text = names.Snake(arg.Literal.Text)
		return
	}
	if f.typ != nil && !isFailure(f.typ) && f.typ != types.Typ[types.Invalid] {
		r.odd(graph.Oddity{Kind: graph.OddCatchType, Range: arg.Range, Step: s.Name, Name: f.goName, Got: r.p.typeText(f.typ), Related: r.p.span(f.ident)})
	}
	arg.Literal.Text = f.Name
	id := r.flow.Data.ID(f.Name)
	m := &graph.Mention{Name: f.Name, ID: id, Kind: graph.Assign, Via: graph.ViaSelf, Body: r.bodyIndex(b), Range: arg.Literal.Range, Text: true, Odd: true}
	r.flow.Data.Mentions = append(r.flow.Data.Mentions, m)
	b.Writes = append(b.Writes, graph.Assignment{
		Mention: m, ID: id, Kind: graph.Assign, At: m.Range, Content: graph.Content{Kind: graph.ContentNone, Text: "None"},
	})
	b.Exit.Surely.Add(id)
	b.Exit.Maybe = b.Exit.Maybe.Clone()
	b.Exit.Maybe.Add(id)
	b.Exit.Writes = append(append([]int(nil), b.Exit.Writes...), len(b.Writes)-1)
}

func (r *reader) bodyIndex(b *graph.Body) int {
	for i, o := range r.flow.Data.Bodies {
		if o == b {
			return i
		}
	}
	return -1
}

// isFailure reports whether a type is *flow.Failure.
func isFailure(t types.Type) bool {
	named := pointee(t)
	return named != nil && sdkNamed(named) == "Failure"
}

// typeText writes a type as the package's source would.
func (p *Package) typeText(t types.Type) string {
	return types.TypeString(t, func(o *types.Package) string {
		if o == p.Types {
			return ""
		}
		return o.Name()
	})
}
