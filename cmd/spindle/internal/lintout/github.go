package lintout

import (
	"fmt"
	"io"
	"strings"

	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/rules"
)

// GitHub writes findings as workflow commands, which GitHub shows beside the lines of a pull request. Path makes a file relative to the repository.
func GitHub(w io.Writer, found []lint.Diagnostic, path func(string) string) {
	for _, d := range found {
		command := map[lint.Severity]string{lint.Error: "error", lint.Warning: "warning", lint.Info: "notice"}[d.Severity]
		fmt.Fprintf(w, "::%s %s::%s\n", command, properties(d, path), data(message(d, path)))
	}
}

func properties(d lint.Diagnostic, path func(string) string) string {
	title := d.Code
	if r, ok := rules.ByCode(d.Code); ok {
		title += " " + r.Title
	}
	r := d.Range
	out := fmt.Sprintf("file=%s,line=%d,endLine=%d", property(path(r.File)), r.Start.Line, max(r.Start.Line, r.End.Line))
	if r.End.Line == r.Start.Line { // columns count only within a line
		out += fmt.Sprintf(",col=%d,endColumn=%d", r.Start.Column, max(r.Start.Column, r.End.Column))
	}
	return out + ",title=" + property(title)
}

func message(d lint.Diagnostic, path func(string) string) string {
	lines := []string{d.Message}
	if d.Detail != "" {
		lines = append(lines, d.Detail)
	}
	for _, r := range d.Related {
		lines = append(lines, fmt.Sprintf("%s:%d: %s", path(r.Range.File), r.Range.Start.Line, r.Message))
	}
	return strings.Join(lines, "\n")
}

// data escapes what stands behind the second pair of colons.
func data(s string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(s)
}

// property escapes a value between the colons.
func property(s string) string { return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(data(s)) }
