package lint

import (
	"fmt"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Rule is an entry of the table of rules. Codes never change their meaning; a rule that goes leaves its code unused.
type Rule struct {
	Code     string
	Severity Severity
	Title    string
}

// NewRule returns an entry of the table.
func NewRule(code string, severity Severity, title string) Rule { return Rule{code, severity, title} }

// Entry is the rule of a table's row that has the rule embedded.
func (r Rule) Entry() Rule { return r }

// Listed are the rules of a table whose rows have more than the rule.
func Listed[Row interface{ Entry() Rule }](table []Row) []Rule {
	var out []Rule
	for _, row := range table {
		out = append(out, row.Entry())
	}
	return out
}

// Findings collects what rules find. The zero value is empty.
type Findings struct{ list []Diagnostic }

// Report adds a finding. Detail says what to do about it.
func (f *Findings) Report(r Rule, at graph.Range, detail, format string, args ...any) *Diagnostic {
	f.list = append(f.list, Diagnostic{
		Code: r.Code, Severity: r.Severity, Range: at, Message: fmt.Sprintf(format, args...), Detail: detail,
	})
	return &f.list[len(f.list)-1]
}

// Add adds a finding that was made elsewhere.
func (f *Findings) Add(d Diagnostic) { f.list = append(f.list, d) }

// All returns what was found so far.
func (f *Findings) All() []Diagnostic { return f.list }

// Sorted returns all findings in the order of their places.
func (f *Findings) Sorted() []Diagnostic {
	Sort(f.list)
	return f.list
}

// Relate adds another place that the finding is about.
func (d *Diagnostic) Relate(at graph.Range, format string, args ...any) *Diagnostic {
	d.Related = append(d.Related, Related{at, fmt.Sprintf(format, args...)})
	return d
}

// Replace offers a fix that replaces one range.
func (d *Diagnostic) Replace(at graph.Range, text, title string) {
	d.Fix = &Fix{Title: title, Edits: []Edit{{at, text}}}
}
