package flowgen

import (
	"fmt"
	"slices"
	"strings"
)

// Program is a flow as it will be written.
type Program struct {
	Name       string
	Parameters []string // names of Parameters, which every step can read
	Steps      []*Step  // in the order of the source
	Start, End *Step
}

// Step is one step of a program.
type Step struct {
	Name       string
	Decorators []string // without the @
	Inputs     string   // the second argument of a join, empty for other steps
	Body       []*Stmt
	Next       *Next // nil for the end step
}

// Stmt is one statement of a step, on one line or several.
type Stmt struct {
	Text string
	// Sets are the artifacts that it assigns whatever happens, Reads those of this step whose value it needs.
	Sets, Reads []string
	Inputs      []string // artifacts that it reads from the inputs of a join
	From        string   // the one step whose input they are of, empty for any
	Merge       *Merge   // for a call of merge_artifacts
}

// Merge is what a call of merge_artifacts takes over.
type Merge struct {
	Include, Exclude []string
	Carries          []string // the artifacts that come through it, as far as they are known to be there
}

// Next is a transition.
type Next struct {
	Targets []string
	Cases   []string // of a switch, one a target
	// Foreach and Condition are names of artifacts.
	Foreach, Condition string
	Parallel           int // num_parallel, 0 for none
}

func (n *Next) text() string {
	var args []string
	if n.Cases != nil {
		var cases []string
		for i, c := range n.Cases {
			cases = append(cases, fmt.Sprintf("%q: self.%s", c, n.Targets[i]))
		}
		args = []string{"{" + strings.Join(cases, ", ") + "}", fmt.Sprintf("condition=%q", n.Condition)}
	} else {
		for _, t := range n.Targets {
			args = append(args, "self."+t)
		}
	}
	if n.Foreach != "" {
		args = append(args, fmt.Sprintf("foreach=%q", n.Foreach))
	}
	if n.Parallel > 0 {
		args = append(args, fmt.Sprintf("num_parallel=%d", n.Parallel))
	}
	return "self.next(" + strings.Join(args, ", ") + ")"
}

// Step returns the step with a name, nil where there is none.
func (p *Program) Step(name string) *Step {
	for _, s := range p.Steps {
		if s.Name == name {
			return s
		}
	}
	return nil
}

// Text is a program as Python, with the lines that its parts begin at, counted from 1.
type Text struct {
	Source string
	Heads  map[*Step]int // the line of the step's def
	Stmts  map[*Stmt]int
	Nexts  map[*Step]int
}

type writer struct {
	strings.Builder
	line int
}

func (w *writer) put(format string, args ...any) int {
	at := w.line + 1
	text := fmt.Sprintf(format, args...)
	w.line += strings.Count(text, "\n") + 1
	w.WriteString(text + "\n")
	return at
}

// Write writes the program.
func (p *Program) Write() *Text {
	w := &writer{}
	t := &Text{Heads: map[*Step]int{}, Stmts: map[*Stmt]int{}, Nexts: map[*Step]int{}}
	w.put("from metaflow import %s\n\n", strings.Join(p.imports(), ", "))
	w.put("class %s(FlowSpec):", p.Name)
	for _, name := range p.Parameters {
		w.put("    %s = Parameter(%q, default=1)", name, name)
	}
	for i, s := range p.Steps {
		if i > 0 || len(p.Parameters) > 0 {
			w.put("")
		}
		p.step(w, t, s)
	}
	w.put("\n\nif __name__ == \"__main__\":\n    %s()", p.Name)
	t.Source = w.String()
	return t
}

func (p *Program) step(w *writer, t *Text, s *Step) {
	for _, d := range s.Decorators {
		w.put("    @%s", d)
	}
	w.put("    @%s", p.mark(s))
	args := "self"
	if s.Inputs != "" {
		args += ", " + s.Inputs
	}
	t.Heads[s] = w.put("    def %s(%s):", s.Name, args)
	for _, x := range s.Body {
		t.Stmts[x] = w.put("        %s", strings.ReplaceAll(x.Text, "\n", "\n        "))
	}
	if s.Next != nil {
		t.Nexts[s] = w.put("        %s", s.Next.text())
	} else if len(s.Body) == 0 {
		w.put("        pass")
	}
}

// mark is the step decorator; a first or last step of another name than usual says what it is.
func (p *Program) mark(s *Step) string {
	switch {
	case s == p.Start && s.Name != "start":
		return "step(start=True)"
	case s == p.End && s.Name != "end":
		return "step(end=True)"
	}
	return "step"
}

func (p *Program) imports() []string {
	names := []string{"FlowSpec", "step"}
	if len(p.Parameters) > 0 {
		names = append(names, "Parameter")
	}
	for _, s := range p.Steps {
		for _, d := range s.Decorators {
			name, _, _ := strings.Cut(d, "(")
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	slices.Sort(names)
	return names
}
