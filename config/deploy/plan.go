package deploy

import (
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

// Wanted is a variant as the project's files have it now: all that is known of its deployment without running anything.
type Wanted struct {
	Identity Identity
	Target   string
	Name     string // on the target
	Flow     string // the flow's file, from the project's folder
	Settings []Setting
	Files    Files
	// Problems are what the target cannot do of it, and what is doubtful.
	Problems []lint.Diagnostic
	At       graph.Range // in spindle.yaml
}

// Action is what a plan does with a variant.
type Action string

// The actions.
const (
	Create Action = "create"
	Update Action = "change"
	Repair Action = "repair" // what is deployed is not what was put there
	Finish Action = "finish" // an apply was killed while it was at it
	Remove Action = "remove" // it left spindle.yaml
	Keep   Action = "keep"
)

// Change is what a plan does with one variant, and why.
type Change struct {
	Variant string `json:"variant"`
	Action  Action `json:"action"`
	Target  string `json:"target"`
	Name    string `json:"name"`
	// Settings and Files are what is not as it was. Of a new variant Settings are all.
	Settings []Difference     `json:"settings"`
	Files    []FileDifference `json:"files"`
	// Drift is what is not as it was put, with --against live.
	Drift []Drift `json:"drift"`
	// Owner is who has deployed something else under the name, with --against live.
	Owner string `json:"owner,omitempty"`

	Wanted  *Wanted  `json:"-"` // nil for one to remove
	Applied *Applied `json:"-"` // nil for a new one
}

// Faulty says whether the target cannot do what is wanted.
func (c *Change) Faulty() bool { return c.Wanted != nil && lint.HasErrors(c.Wanted.Problems) }

// Plan is what would change in an environment.
type Plan struct {
	Project     string
	Environment string
	Against     string // what it was compared with: the record, live, a Git commit
	Changes     []*Change
}

// Count is how many variants the plan does something with.
func (p *Plan) Count(actions ...Action) int {
	n := 0
	for _, c := range p.Changes {
		for _, a := range actions {
			if c.Action == a {
				n++
			}
		}
	}
	return n
}

// Empty says whether there is nothing to do: all is as it should be.
func (p *Plan) Empty() bool { return p.Count(Keep) == len(p.Changes) }

// Make compares what is wanted with what was applied. Variants come in the order of spindle.yaml, then what left it, by name.
func Make(wanted []*Wanted, applied *Record) *Plan {
	p := &Plan{Project: applied.Project, Environment: applied.Environment}
	known := map[string]bool{}
	for _, w := range wanted {
		known[w.Identity.Variant] = true
		p.Changes = append(p.Changes, change(w, applied.Of(w.Identity.Variant)))
	}
	for _, a := range applied.Variants {
		if v := a.Identity.Variant; !known[v] {
			p.Changes = append(p.Changes, &Change{Variant: v, Action: Remove, Target: a.Target, Name: a.Name, Applied: a})
		}
	}
	return p
}

func change(w *Wanted, a *Applied) *Change {
	c := &Change{Variant: w.Identity.Variant, Action: Create, Target: w.Target, Name: w.Name, Wanted: w, Applied: a}
	if a == nil {
		c.Settings = Compare(nil, w.Settings)
		return c
	}
	c.Settings, c.Files = Compare(a.Settings, w.Settings), CompareFiles(a.Files, w.Files)
	switch {
	case a.Underway:
		c.Action = Finish
	case len(c.Settings)+len(c.Files) > 0 || a.Name != w.Name || a.Target != w.Target:
		c.Action = Update
	default:
		c.Action = Keep
	}
	return c
}

// Only is the plan for the variants that choose names.
func (p *Plan) Only(choose func(variant string) bool) *Plan {
	only := *p
	only.Changes = nil
	for _, c := range p.Changes {
		if choose(c.Variant) {
			only.Changes = append(only.Changes, c)
		}
	}
	return &only
}
