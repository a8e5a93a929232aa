package lsp

import (
	"encoding/json"
	"strings"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// source is what editors show as the author of a finding.
const source = "spindle"

// rulePages is where the page of each rule is.
const rulePages = "https://github.com/spindle-flow/spindle/blob/main/docs/rules/"

// fixData travels with a finding to the editor and comes back with a request for what to do about it.
type fixData struct {
	Title string     `json:"title"`
	Edits []dataEdit `json:"edits"`
}

type dataEdit struct {
	URI   uri.URI        `json:"uri"`
	Range protocol.Range `json:"range"`
	Text  string         `json:"newText"`
}

// converter makes the protocol's diagnostics of findings.
type converter struct {
	snap *snapshot.Snapshot
	caps *capabilities
}

// diagnostics converts the findings that lie in one file.
func (c converter) diagnostics(f *snapshot.File, found []lint.Diagnostic) []protocol.Diagnostic {
	out := []protocol.Diagnostic{}
	for _, d := range found {
		if d.Range.File == f.Path {
			out = append(out, c.diagnostic(f, d))
		}
	}
	return out
}

func (c converter) diagnostic(f *snapshot.File, d lint.Diagnostic) protocol.Diagnostic {
	out := protocol.Diagnostic{
		Range: f.Map().Range(d.Range), Severity: severity(d.Severity), Source: protocol.NewOptional(source),
		Message: protocol.String(message(d)),
	}
	if d.Code != "" {
		out.Code = protocol.String(d.Code)
		if c.caps.codeDescription && strings.HasPrefix(d.Code, "SP") {
			out.CodeDescription = protocol.CodeDescription{Href: uri.URI(rulePages + d.Code + ".md")}
		}
	}
	if c.caps.relatedInformation {
		out.RelatedInformation = c.related(d)
	}
	if c.caps.diagnosticTags && unnecessary(d.Code) {
		out.Tags = protocol.NewDiagnosticTags(protocol.DiagnosticTagUnnecessary)
	}
	if c.caps.diagnosticData && d.Fix != nil {
		out.Data = c.data(d.Fix)
	}
	return out
}

// message is what is wrong and, below it, what to do.
func message(d lint.Diagnostic) string {
	if d.Detail == "" {
		return d.Message
	}
	return d.Message + "\n" + d.Detail
}

func severity(s lint.Severity) protocol.DiagnosticSeverity {
	switch s {
	case lint.Error:
		return protocol.DiagnosticSeverityError
	case lint.Warning:
		return protocol.DiagnosticSeverityWarning
	}
	return protocol.DiagnosticSeverityInformation
}

func (c converter) related(d lint.Diagnostic) []protocol.DiagnosticRelatedInformation {
	var out []protocol.DiagnosticRelatedInformation
	for _, r := range d.Related {
		if at, ok := locate(c.snap, r.Range); ok {
			out = append(out, protocol.DiagnosticRelatedInformation{Location: at, Message: r.Message})
		}
	}
	return out
}

func (c converter) data(fix *lint.Fix) protocol.LSPAny {
	d := fixData{Title: fix.Title}
	for _, e := range fix.Edits {
		at, ok := locate(c.snap, e.Range)
		if !ok {
			return nil
		}
		d.Edits = append(d.Edits, dataEdit{at.URI, at.Range, e.Text})
	}
	raw, err := json.Marshal(d)
	if err != nil {
		return nil
	}
	return raw
}

// unnecessary are the rules about what nothing uses: editors fade it.
func unnecessary(code string) bool {
	switch code {
	case "SP003", "SP120", "SP205":
		return true
	}
	return false
}
