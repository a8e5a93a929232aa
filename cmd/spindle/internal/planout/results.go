package planout

import (
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/config/deploy"
)

// Tally counts what became of variants.
type Tally struct{ Done, Failed, Ended, Kept, Left int }

// Count counts results. Ended are those that were not begun, because the whole was ended before; Left those that are in no spindle.yaml and stay all the same.
func Count(results []deploy.Result) (t Tally) {
	for _, r := range results {
		switch {
		case r.Err != nil && !r.Begun:
			t.Ended++
		case r.Err != nil:
			t.Failed++
		case r.Applied:
			t.Done++
		case r.Change.Action == deploy.Remove:
			t.Left++
		default:
			t.Kept++
		}
	}
	return t
}

// Past is what was done with a variant, in a word.
func Past(a deploy.Action) string {
	switch a {
	case deploy.Create:
		return "created"
	case deploy.Update:
		return "changed"
	case deploy.Repair:
		return "repaired"
	case deploy.Finish:
		return "finished"
	case deploy.Remove:
		return "removed"
	}
	return "unchanged"
}

// String counts in words.
func (t Tally) String() string {
	text := fmt.Sprintf("%d done, %d failed, %d unchanged", t.Done, t.Failed, t.Kept+t.Left)
	if t.Ended > 0 {
		text += fmt.Sprintf(", %d not begun", t.Ended)
	}
	return text
}

// ResultsMarkdown is what became of a plan as a summary of a job shows it.
func ResultsMarkdown(title string, results []deploy.Result) string {
	var b strings.Builder
	t := Count(results)
	fmt.Fprintf(&b, "### %s\n\n%s.\n\n| variant | |\n|---|---|\n", title, t)
	for _, r := range results {
		switch {
		case r.Err != nil && !r.Begun:
			fmt.Fprintf(&b, "| `%s` | not begun |\n", r.Change.Variant)
		case r.Err != nil:
			fmt.Fprintf(&b, "| `%s` | **failed**: %s |\n", r.Change.Variant, escaped(oneLine(r.Err.Error())))
		case r.Applied:
			fmt.Fprintf(&b, "| `%s` | %s |\n", r.Change.Variant, Past(r.Change.Action))
		}
	}
	return b.String()
}
