package planout

import (
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/engine/lint"
)

// Markdown is a plan as a summary of a pull request shows it.
func Markdown(p *deploy.Plan, o Options) string {
	var b strings.Builder
	fmt.Fprintf(&b, "### Plan of `%s`", p.Project)
	if p.Environment != "" {
		fmt.Fprintf(&b, " for `%s`", p.Environment)
	}
	fmt.Fprintf(&b, "\n\n%s.\n", capital(Summary(p, o.Prune)))
	for _, g := range groups(p, o) {
		c := g.first()
		names := "`" + strings.Join(g.names(), "`, `") + "`"
		fmt.Fprintf(&b, "\n**%s** %s", looks(c.Action, o.Palette).word, names)
		if text := strings.TrimSpace(about(c)); text != "" && len(g.changes) == 1 {
			fmt.Fprintf(&b, ": %s", escaped(text))
		}
		b.WriteByte('\n')
		for _, n := range g.notes {
			fmt.Fprintf(&b, "\n%s.\n", capital(escaped(n)))
		}
		tabled(&b, "setting", g.lines)
		if len(g.drift) > 0 {
			fmt.Fprintf(&b, "\n%s\n", capital(byHand))
		}
		tabled(&b, "document", g.drift)
	}
	return b.String()
}

func tabled(b *strings.Builder, what string, lines []line) {
	if len(lines) > 0 {
		fmt.Fprintf(b, "\n| %s | before | after |\n|---|---|---|\n", what)
	}
	for _, l := range lines {
		fmt.Fprintf(b, "| %s | %s | %s |\n", code(l.name), code(cut(oneLine(l.before), 120, true)), code(cut(oneLine(l.after), 120, true)))
	}
}

// Faults are findings as Markdown.
func Faults(found []lint.Diagnostic, path func(string) string) string {
	var b strings.Builder
	for i, d := range found {
		if i == 0 {
			b.WriteString("\n| where | what |\n|---|---|\n")
		}
		fmt.Fprintf(&b, "| %s | **%s** %s |\n", code(fmt.Sprintf("%s:%d", path(d.Range.File), d.Range.Start.Line)), d.Code, escaped(oneLine(d.Message)))
	}
	return b.String()
}

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// code is text as it is, in a cell of a table.
func code(s string) string {
	if s == "" {
		return ""
	}
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	return fence + " " + strings.ReplaceAll(s, "|", `\|`) + " " + fence
}

func escaped(s string) string {
	return strings.NewReplacer("|", `\|`, "<", "&lt;", "*", `\*`, "_", `\_`).Replace(s)
}
