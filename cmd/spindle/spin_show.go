package main

import (
	"fmt"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/table"
	"github.com/spindle-flow/spindle/spin"
)

type spinJSON struct {
	Flow   string         `json:"flow"`
	Step   string         `json:"step"`
	Origin string         `json:"origin"` // the run it stands on, empty for none
	Run    string         `json:"run"`    // of the spun tasks, in the spin store
	Tasks  []spinTaskJSON `json:"tasks"`
}

type spinTaskJSON struct {
	Task    string        `json:"task"`
	Index   []int64       `json:"index"` // in the foreach loops around it, outermost first
	Item    string        `json:"item"`
	Inputs  []string      `json:"inputs"`
	Against string        `json:"against"` // what it is compared with: origin, input, or empty
	Of      string        `json:"of"`      // pathspec of that
	Seconds float64       `json:"seconds"`
	Before  *float64      `json:"origin_seconds"`
	Changes []spin.Change `json:"changes"`
}

// showSpin shows what came of the tasks.
func (l *launch) showSpin(res *spin.Result) {
	if l.json {
		report.WriteJSON(l.io.Out, l.spinJSON(res))
		return
	}
	for _, t := range res.Tasks {
		l.showChanges(t, len(res.Tasks) > 1)
	}
}

func (l *launch) spinJSON(res *spin.Result) spinJSON {
	out := spinJSON{Flow: l.description.Name, Step: res.Step, Origin: res.Origin, Run: res.Run, Tasks: []spinTaskJSON{}}
	for _, t := range res.Tasks {
		j := spinTaskJSON{
			Task: t.Task.Task, Index: []int64{}, Item: t.Item, Inputs: t.Inputs, Against: t.Against, Of: t.Of,
			Seconds: t.Took.Seconds(), Changes: t.Changes,
		}
		for _, f := range t.Task.Frames {
			j.Index = append(j.Index, f.Index)
		}
		if t.Before > 0 {
			seconds := t.Before.Seconds()
			j.Before = &seconds
		}
		if j.Changes == nil {
			j.Changes = []spin.Change{}
		}
		out.Tasks = append(out.Tasks, j)
	}
	return out
}

// showChanges is the table of one task. What is the same comes in one line: one looks for what is not.
func (l *launch) showChanges(t spin.TaskResult, many bool) {
	p := l.io.OutPalette()
	head := ""
	if many {
		head = t.Task.Step + "/" + t.Task.Task
		if t.Item != "" {
			head += " (" + t.Item + ")"
		}
		head += ": "
	}
	fmt.Fprintln(l.io.Out, p.Bold(head+t.Headline()))
	rows := table.New("", "ARTIFACT", "TYPE", "SIZE", "VALUE")
	for _, c := range t.Changes {
		rows.Row(string(c.Status), c.Name, c.TypeText(), c.SizeText(), c.ValueText(l.io.Unicode))
		if paint := statusColor(p, c.Status); paint != nil {
			rows.Paint(0, paint)
		}
	}
	if rows.Len() == 0 {
		return
	}
	if l.io.OutTTY {
		fmt.Fprint(l.io.Out, rows.Terminal(l.io.Size().Width, p.Bold))
	} else {
		fmt.Fprint(l.io.Out, rows.Plain())
	}
}

func statusColor(p streams.Palette, s spin.Status) func(string) string {
	switch s {
	case spin.New:
		return p.Green
	case spin.Changed:
		return p.Yellow
	case spin.Gone:
		return p.Red
	}
	return p.Dim
}
