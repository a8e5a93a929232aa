package planout

import (
	"fmt"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
	"github.com/spindle-flow/spindle/config/deploy"
)

// look is how an action looks.
type look struct {
	sign, word string
	paint      func(string) string
}

func looks(a deploy.Action, p streams.Palette) look {
	switch a {
	case deploy.Create:
		return look{"+", "create", p.Green}
	case deploy.Update:
		return look{"~", "change", p.Yellow}
	case deploy.Repair:
		return look{"!", "repair", p.Magenta}
	case deploy.Finish:
		return look{">", "finish", p.Yellow}
	case deploy.Remove:
		return look{"-", "remove", p.Red}
	}
	return look{"=", "keep", p.Dim}
}

// Text is a plan for people. It ends with a newline.
func Text(p *deploy.Plan, o Options) string {
	var b strings.Builder
	list := groups(p, o)
	for i, g := range list {
		if i > 0 && !(g.empty() && list[i-1].empty()) {
			b.WriteByte('\n')
		}
		g.write(&b, o)
	}
	if len(list) > 0 {
		b.WriteByte('\n')
	}
	fmt.Fprintf(&b, "%s %s\n", o.Palette.Bold("Plan:"), Summary(p, o.Prune))
	return b.String()
}

func (g *group) write(b *strings.Builder, o Options) {
	c := g.first()
	l := looks(c.Action, o.Palette)
	if len(g.changes) == 1 || c.Action == deploy.Create && len(g.lines) == 0 {
		for _, c := range g.changes {
			fmt.Fprintf(b, "%s %s  %s%s\n", l.paint(l.sign), o.Palette.Bold(padded(c.Variant, g.widest())), l.paint(l.word), o.Palette.Dim(about(c)))
		}
	} else {
		fmt.Fprintf(b, "%s %s  %s\n", l.paint(l.sign), o.Palette.Bold(fmt.Sprintf("%d variants", len(g.changes))), l.paint(l.word))
		wrapped(b, g.names(), o)
	}
	for _, n := range g.notes {
		fmt.Fprintf(b, "    %s\n", o.Palette.Dim(n))
	}
	writeLines(b, g.lines, o)
	if len(g.drift) > 0 {
		fmt.Fprintf(b, "    %s\n", o.Palette.Magenta(byHand))
		writeLines(b, g.drift, o)
	}
}

// about is what is said of a new variant behind its name.
func about(c *deploy.Change) string {
	switch {
	case c.Action == deploy.Create:
		return fmt.Sprintf("  %s on %s as %s", c.Wanted.Flow, c.Target, c.Name)
	case c.Action == deploy.Remove:
		return fmt.Sprintf("  %s on %s", c.Name, c.Target)
	}
	return ""
}

func (g *group) names() []string {
	var out []string
	for _, c := range g.changes {
		out = append(out, c.Variant)
	}
	return out
}

func (g *group) widest() int {
	n := 0
	for _, c := range g.changes {
		n = max(n, runewidth.StringWidth(c.Variant))
	}
	return n
}

func padded(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-runewidth.StringWidth(s)))
}

// plain is the width of what is written for no terminal.
const plain = 120

func (o Options) width() int {
	if o.Width <= 0 {
		return plain
	}
	return o.Width
}

// wrapped writes names, as many to a line as go there.
func wrapped(b *strings.Builder, names []string, o Options) {
	used := 0
	for i, name := range names {
		if i < len(names)-1 {
			name += ","
		}
		switch {
		case used == 0:
			b.WriteString("    ")
			used = 4
		case used+1+len(name) > o.width():
			b.WriteString("\n    ")
			used = 4
		default:
			b.WriteByte(' ')
			used++
		}
		b.WriteString(name)
		used += len(name)
	}
	b.WriteByte('\n')
}

// writeLines aligns names and values; what is too wide is cut, unless all is to be seen.
func writeLines(b *strings.Builder, lines []line, o Options) {
	names := 0
	for _, l := range lines {
		names = max(names, min(runewidth.StringWidth(l.name), o.width()/2))
	}
	for _, l := range lines {
		name := l.name
		if !o.Full {
			name = cut(name, o.width()/2, o.Unicode)
		}
		text := l.text(o, o.width()-4-names-2)
		if l.at != "" {
			bare := l.text(Options{Unicode: o.Unicode, Full: o.Full, Width: o.Width}, o.width()-4-names-2)
			if room := o.width() - 4 - names - 2 - runewidth.StringWidth(bare) - 2; room >= runewidth.StringWidth(l.at) || o.Width == 0 {
				text += "  " + o.Palette.Blue(l.at)
			}
		}
		fmt.Fprintf(b, "    %s  %s\n", padded(name, names), text)
	}
}

// text is what is different, in at most so many cells.
func (l line) text(o Options, width int) string {
	before, after := oneLine(l.before), oneLine(l.after)
	arrow := "->"
	if o.Unicode {
		arrow = "→"
	}
	switch {
	case l.before == "" && !l.removed:
		if !o.Full {
			after = cut(after, width, o.Unicode)
		}
		if l.added {
			return o.Palette.Green(after)
		}
		return after
	case l.removed:
		if !o.Full {
			before = cut(before, width-len(" (gone)"), o.Unicode)
		}
		return o.Palette.Red(before) + o.Palette.Dim(" (gone)")
	}
	if !o.Full {
		if runewidth.StringWidth(before)+runewidth.StringWidth(after)+4 > width {
			before, after = apart(before, after, o.Unicode)
		}
		each := (width - 4) / 2
		room := max(each, width-4-runewidth.StringWidth(after))
		before = cut(before, room, o.Unicode)
		after = cut(after, max(each, width-4-runewidth.StringWidth(before)), o.Unicode)
	}
	return o.Palette.Red(before) + " " + o.Palette.Dim(arrow) + " " + o.Palette.Green(after)
}

// alike is how much of what two texts begin with alike is left where they are too long.
const alike = 6

// apart leaves out what two texts begin with alike, so that what is different about them is seen.
func apart(before, after string, unicode bool) (string, string) {
	one, other := []rune(before), []rune(after)
	same := 0
	for same < len(one) && same < len(other) && one[same] == other[same] {
		same++
	}
	if same <= 2*alike {
		return before, after
	}
	mark := "..."
	if unicode {
		mark = "…"
	}
	return mark + string(one[same-alike:]), mark + string(other[same-alike:])
}
