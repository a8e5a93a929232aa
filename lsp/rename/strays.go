package rename

import (
	"context"
	"fmt"
	"slices"

	ts "github.com/tree-sitter/go-tree-sitter"

	"github.com/spindle-flow/spindle/engine/graph"
)

// strays reports places that use a step as the method it is: a call of the inherited one, one that is handed around. They are no edges of the graph, so
// that nobody can tell which steps they mean.
func (c *Change) strays(ctx context.Context) error {
	known := map[graph.Range]bool{}
	for _, s := range c.Spots {
		known[s.Range] = true
	}
	owners := c.owners()
	for _, path := range c.files() {
		f := c.Snapshot.File(path)
		if f == nil {
			continue
		}
		p, err := f.Parsed(ctx)
		if err != nil {
			return fmt.Errorf("read %q: %w", path, err)
		}
		w := strayWalk{name: c.Symbol.Name, owners: owners}
		if err := p.Visit(ctx, w.start); err != nil {
			return fmt.Errorf("look through %q: %w", path, err)
		}
		for _, span := range w.found {
			at := graph.Range{File: path, Start: f.Map().GraphPos(span[0]), End: f.Map().GraphPos(span[1])}
			if !known[at] {
				return refuse("%s uses the step %q as a method: change that place first", place(at), c.Symbol.Name)
			}
		}
	}
	return nil
}

// owners are the classes that the flows are made of.
func (c *Change) owners() []string {
	var out []string
	for _, f := range c.Flows {
		out = append(out, f.Flow.Name)
		for _, s := range f.Flow.Steps {
			out = append(out, s.Owner)
		}
		for _, b := range f.Flow.Data.Bodies {
			out = append(out, b.Owner)
		}
	}
	slices.Sort(out)
	return slices.DeleteFunc(slices.Compact(out), func(name string) bool { return name == "" })
}

func (c *Change) files() []string {
	var out []string
	for _, f := range c.Flows {
		out = append(out, f.Flow.Files...)
	}
	for _, s := range c.Spots {
		out = append(out, s.Range.File)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// strayWalk finds the attributes of a name that are read from a class of the flows or from an object of one.
type strayWalk struct {
	name   string
	owners []string
	source []byte
	found  [][2]int
}

func (w *strayWalk) start(root *ts.Node, source []byte) {
	w.source = source
	w.walk(root, nil)
}

func (w *strayWalk) text(n *ts.Node) string {
	if n == nil {
		return ""
	}
	start, end := n.ByteRange()
	return string(w.source[start:end])
}

// walk goes through a tree; selves are the names that an object of the class around a place goes by.
func (w *strayWalk) walk(n *ts.Node, selves []string) {
	switch n.Kind() {
	case "class_definition":
		selves = nil
		if slices.Contains(w.owners, w.text(n.ChildByFieldName("name"))) {
			selves = []string{"super()"}
		}
	case "function_definition":
		if first := w.firstArgument(n); first != "" && len(selves) == 1 {
			selves = []string{"super()", first}
		}
	case "attribute":
		w.attribute(n, selves)
	}
	for i := range n.NamedChildCount() {
		w.walk(n.NamedChild(i), selves)
	}
}

func (w *strayWalk) firstArgument(function *ts.Node) string {
	args := function.ChildByFieldName("parameters")
	if args == nil || args.NamedChildCount() == 0 {
		return ""
	}
	return w.text(args.NamedChild(0))
}

func (w *strayWalk) attribute(n *ts.Node, selves []string) {
	name := n.ChildByFieldName("attribute")
	if w.text(name) != w.name {
		return
	}
	object := w.text(n.ChildByFieldName("object"))
	if slices.Contains(selves, object) || slices.Contains(w.owners, object) {
		start, end := name.ByteRange()
		w.found = append(w.found, [2]int{int(start), int(end)})
	}
}
