package flows

import (
	"fmt"
	"html"
	"strings"
	"unicode/utf8"

	"github.com/spindle-flow/spindle/spin"
)

// grid is a table with a headline.
type grid struct {
	head  string
	names []string
	rows  [][]string
	kinds []string // of the rows, for their colours
}

// changesOf is the table of what a spun task changed.
func changesOf(t spin.TaskResult, many bool) grid {
	g := grid{head: t.Headline(), names: []string{"", "artifact", "type", "size", "value"}}
	name := t.Task.Step
	if many {
		name += "/" + t.Task.Task
	}
	if t.Item != "" {
		name += " (" + t.Item + ")"
	}
	g.head = name + ": " + g.head
	for _, c := range t.Changes {
		g.change(c)
	}
	return g
}

// change is the row of an artifact.
func (g *grid) change(c spin.Change) {
	arrow := strings.NewReplacer("->", " → ")
	g.add(string(c.Status), string(c.Status), c.Name, arrow.Replace(c.TypeText()), arrow.Replace(c.SizeText()), c.ValueText(true))
}

func (g *grid) add(kind string, row ...string) {
	g.rows, g.kinds = append(g.rows, row), append(g.kinds, kind)
}

// text is the table for a terminal.
func (g *grid) text() string {
	widths := make([]int, len(g.names))
	all := append([][]string{g.names}, g.rows...)
	for _, row := range all {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	if g.head != "" {
		b.WriteString(g.head + "\n")
	}
	if len(g.rows) == 0 {
		return strings.TrimRight(b.String(), "\n")
	}
	for _, row := range all {
		var line strings.Builder
		for i, cell := range row {
			line.WriteString(cell + strings.Repeat(" ", widths[i]-utf8.RuneCountInString(cell)+2))
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return strings.TrimRight(b.String(), "\n")
}

// colours of what became of an artifact; they can be read on light and on dark ground.
var colours = map[string]string{"new": "#1a9850", "changed": "#d9822b", "gone": "#d73027", "spun": "#d9822b"}

// html is the table for a notebook.
func (g *grid) html() string {
	var b strings.Builder
	b.WriteString("<div>")
	if g.head != "" {
		fmt.Fprintf(&b, "<b>%s</b>", html.EscapeString(g.head))
	}
	if len(g.rows) > 0 {
		b.WriteString(`<table style="text-align:left"><thead><tr>`)
		for _, name := range g.names {
			fmt.Fprintf(&b, `<th style="text-align:left">%s</th>`, html.EscapeString(name))
		}
		b.WriteString("</tr></thead><tbody>")
		for n, row := range g.rows {
			b.WriteString("<tr>")
			for i, cell := range row {
				style := "text-align:left;vertical-align:top"
				if i < len(row)-1 {
					style += ";white-space:nowrap"
				}
				if c := colours[g.kinds[n]]; c != "" && i == 0 {
					style += ";font-weight:bold;color:" + c
				} else if g.kinds[n] == "same" {
					style += ";opacity:0.6"
				}
				fmt.Fprintf(&b, `<td style="%s">%s</td>`, style, html.EscapeString(cell))
			}
			b.WriteString("</tr>")
		}
		b.WriteString("</tbody></table>")
	}
	b.WriteString("</div>")
	return b.String()
}

// show shows the table.
func (g *grid) show(st *stage) {
	st.display(map[string]any{"text/plain": g.text(), "text/html": g.html()}, "", false)
}
