package artifacts

import "github.com/spindle-flow/spindle/engine/graph"

func checkUnstorable(c *checker) {
	for _, s := range c.steps() {
		for _, i := range s.body.Exit.Writes {
			w := &s.body.Writes[i]
			name := c.data.Names[w.ID]
			switch w.Content.Kind {
			case graph.ContentUnstorable:
				format := "step %q leaves %s in %q, which can't be stored"
				detail := "Keep what is needed to make it again, and delete it with del self." + name + " before the step ends, or use a local variable."
				if c.onlyUnstorable(s, w.ID) {
					relatePlace(c.fail(w.At, detail, format, s.Name, article(w.Content.Text), name), w.At, c.placeOf(w))
				} else {
					relatePlace(c.warn(w.At, detail, format, s.Name, article(w.Content.Text), name), w.At, c.placeOf(w))
				}
			case graph.ContentFunction:
				d := c.warn(w.At, "Make it a method of the flow or a function of the module, and call that.",
					"step %q sets %q to %s, which is not stored for later steps", s.Name, name, article(w.Content.Text))
				relatePlace(d, w.At, c.placeOf(w))
			}
		}
	}
}

func (c *checker) placeOf(w *graph.Assignment) graph.Range {
	if w.Mention == nil {
		return w.At
	}
	return w.Mention.Range
}

// onlyUnstorable reports whether all values that the artifact may have at the step's end are of that kind.
func (c *checker) onlyUnstorable(s step, id int) bool {
	if !s.body.Exit.Always.Has(id) || s.body.Catch || s.body.Exit.Open {
		return false
	}
	for _, i := range s.body.Exit.Writes {
		if w := &s.body.Writes[i]; w.ID == id && w.Content.Kind != graph.ContentUnstorable {
			return false
		}
	}
	return true
}

func article(what string) string {
	switch what {
	case "flow":
		return "the flow itself"
	case "inputs of a join":
		return "the " + what
	case "open file", "instance of a class defined in a function", "executor", "input of a join":
		return "an " + what
	}
	return "a " + what
}
