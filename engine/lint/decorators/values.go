package decorators

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/decorators/catalog"
	"github.com/spindle-flow/spindle/engine/lint/decorators/uses"
	"github.com/spindle-flow/spindle/engine/lint/near"
)

// eachValue calls a function for every argument by name that its decorator has.
func (c *checker) eachValue(run func(u use, is *catalog.Arg, a *graph.DecoratorArg)) {
	for _, u := range c.known {
		for i := range u.Args {
			if is := u.Is.Arg(u.Args[i].Name); is != nil {
				run(u, is, &u.Args[i])
			}
		}
	}
}

// checkType reports literals that an argument can't take.
func checkType(c *checker) {
	c.eachValue(func(u use, is *catalog.Arg, a *graph.DecoratorArg) {
		if accepts(is, a.Literal) || versions(is) {
			return
		}
		d := c.report(a.Range, hint(is), "argument %q of @%s takes %s, not %s", is.Name, u.SDK, expected(is), kindWords(a.Literal))
		soften(u, d, slices.Contains(is.Fails, a.Literal.Kind) || c.computed(u, is))
	})
}

// computed is true for a number of @resources that a decorator on the same step takes over: it fails there.
func (c *checker) computed(u use, is *catalog.Arg) bool {
	if u.SDK != "resources" {
		return false
	}
	_, kubernetes := u.Beside(c.known, "kubernetes")
	_, batch := u.Beside(c.known, "batch")
	return kubernetes || batch && is.Name != "disk"
}

// hint says what an argument is for, with its unit.
func hint(is *catalog.Arg) string {
	if is.Unit == "" || strings.Contains(strings.ToLower(is.Doc), strings.ToLower(is.Unit)) {
		return is.Doc
	}
	return strings.TrimSuffix(is.Doc, ".") + ", in " + is.Unit + "."
}

// versions is true for an argument that another rule judges: a version of Python.
func versions(is *catalog.Arg) bool { return is.Name == "python" }

// accepts reports whether an argument takes a literal, as far as its type goes.
func accepts(is *catalog.Arg, l graph.Literal) bool {
	switch l.Kind {
	case graph.LiteralComputed:
		return true
	case graph.LiteralNone:
		return is.Default == "None" || !slices.Contains(is.Fails, l.Kind)
	}
	for _, t := range is.Types {
		if takes(t, l) {
			return true
		}
	}
	return false
}

func takes(t catalog.Type, l graph.Literal) bool {
	switch t {
	case catalog.Any:
		return true
	case catalog.Int:
		if l.Kind == graph.LiteralStr {
			_, err := strconv.Atoi(strings.TrimSpace(strings.ReplaceAll(l.Text, "_", "")))
			return err == nil
		}
		return l.Kind == graph.LiteralInt || l.Kind == graph.LiteralText
	case catalog.Number:
		_, ok := uses.Number(l)
		return ok || l.Kind == graph.LiteralText
	case catalog.Str:
		return l.Kind == graph.LiteralStr || l.Kind == graph.LiteralText
	case catalog.Bool:
		return l.Kind == graph.LiteralBool || l.Kind == graph.LiteralInt && (l.Number == 0 || l.Number == 1)
	case catalog.Dict:
		return l.Kind == graph.LiteralDict
	case catalog.List:
		return l.Kind == graph.LiteralList
	case catalog.Sequence:
		return l.Kind == graph.LiteralList || l.Kind == graph.LiteralTuple || l.Kind == graph.LiteralSet
	}
	return t == catalog.Function && l.Kind == graph.LiteralFunction
}

// expected names the types of an argument for a sentence.
func expected(is *catalog.Arg) string {
	words := map[catalog.Type]string{
		catalog.Int: "a whole number", catalog.Number: "a number", catalog.Str: "a string", catalog.Bool: "True or False", catalog.Dict: "a dictionary",
		catalog.List: "a list", catalog.Sequence: "a list", catalog.Function: "a function",
	}
	var list []string
	for _, t := range is.Types {
		list = append(list, words[t])
	}
	if n := len(list); n > 1 {
		return strings.Join(list[:n-1], ", ") + " or " + list[n-1]
	}
	return strings.Join(list, "")
}

// kindWords says what a literal is.
func kindWords(l graph.Literal) string {
	switch l.Kind {
	case graph.LiteralStr:
		return "the string " + strconv.Quote(short(l.Text))
	case graph.LiteralInt, graph.LiteralFloat, graph.LiteralBool, graph.LiteralNone:
		return l.Text
	case graph.LiteralText:
		return "a string"
	case graph.LiteralBytes:
		return "bytes"
	case graph.LiteralDict:
		return "a dictionary"
	}
	return "a " + string(l.Kind)
}

// checkValue reports numbers beyond their limits and texts that are none of those that are allowed.
func checkValue(c *checker) {
	c.eachValue(func(u use, is *catalog.Arg, a *graph.DecoratorArg) {
		if v, ok := uses.Number(a.Literal); ok {
			for _, limit := range is.Limits {
				if !limit.Holds(v) {
					d := c.report(a.Range, hint(is), "argument %q of @%s must be %s, not %s", is.Name, u.SDK, limitWords(limit), a.Literal.Text)
					soften(u, d, limit.Fails)
				}
			}
		}
		if len(is.Values) > 0 {
			c.allowed(u, is, a.Literal)
		}
	})
	for _, u := range c.named("batch") {
		path := u.Value("tmpfs_path")
		if path.Kind == graph.LiteralStr && path.Text != "" && !strings.HasPrefix(path.Text, "/") {
			soften(u, c.report(path.Range, "Begin it with a slash.", "argument %q of @batch must be an absolute path, not %q", "tmpfs_path", path.Text), true)
		}
	}
}

func limitWords(l catalog.Limit) string {
	bound := strconv.FormatFloat(l.Bound, 'g', -1, 64)
	switch l.Relation {
	case ">":
		return "more than " + bound
	case ">=":
		return "at least " + bound
	}
	return "at most " + bound
}

// allowed reports a text, or one in a list, that is not among those an argument takes.
func (c *checker) allowed(u use, is *catalog.Arg, l graph.Literal) {
	for _, item := range l.Items {
		c.allowed(u, is, item)
	}
	if l.Kind != graph.LiteralStr || l.Text == "" || slices.ContainsFunc(is.Values, func(v string) bool { return strings.EqualFold(v, l.Text) }) {
		return
	}
	detail := "It takes " + strings.Join(is.Values, ", ") + "."
	d := c.report(l.Range, detail, "argument %q of @%s can't be %q", is.Name, u.SDK, l.Text)
	soften(u, d, is.Enforced)
	if alike := near.Word(l.Text, is.Values); alike != "" {
		d.Replace(l.Range, strconv.Quote(alike), "Change to "+alike)
	}
}
