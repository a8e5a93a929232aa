package lsp_test

import (
	"fmt"
	"strings"
	"testing"

	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/internal/markers"
)

// actions are what a marker or a line of a case's comment can ask for.
func actions() map[string]markers.Action {
	return map[string]markers.Action{
		"diagnostics": showDiagnostics,
		"graph":       showGraph,
		"lenses":      showLenses,
		"actions":     showActions,
		"extract":     showExtract,
		"fixall":      showFixAll,
	}
}

func TestCases(t *testing.T) {
	t.Parallel()
	markers.Run(t, "testdata", actions())
}

// showDiagnostics asks for the findings of files.
func showDiagnostics(c *markers.Case, _ markers.Place, names []string) string {
	var b strings.Builder
	for _, name := range names {
		var report protocol.RelatedFullDocumentDiagnosticReport
		c.Ask(protocol.MethodTextDocumentDiagnostic, &protocol.DocumentDiagnosticParams{TextDocument: c.Document(name)}, &report)
		for _, d := range report.Items {
			fmt.Fprintf(&b, "%s:%s %v %s: %s\n", name, markers.Span(d.Range), d.Code, severityName(d.Severity), firstLine(d.Message))
			for _, r := range d.RelatedInformation {
				fmt.Fprintf(&b, "    %s: %s\n", c.Location(r.Location), r.Message)
			}
		}
		if len(report.Items) == 0 {
			fmt.Fprintf(&b, "%s: nothing\n", name)
		}
	}
	return b.String()
}

func firstLine(message protocol.InlayHintTooltip) string {
	text, _ := message.(protocol.String)
	line, _, _ := strings.Cut(string(text), "\n")
	return line
}

func severityName(s protocol.DiagnosticSeverity) string {
	return map[protocol.DiagnosticSeverity]string{1: "error", 2: "warning", 3: "info", 4: "hint"}[s]
}
