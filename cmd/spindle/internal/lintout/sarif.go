package lintout

import (
	"encoding/json"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/version"
	pages "github.com/spindle-flow/spindle/docs/rules"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/rules"
)

const (
	schema   = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	homepage = "https://github.com/spindle-flow/spindle"
	// rootID stands for the working folder, so that the paths of a log mean the same on another machine.
	rootID = "SRCROOT"
)

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool       sarifTool            `json:"tool"`
	Columns    string               `json:"columnKind"`
	Roots      map[string]sarifFile `json:"originalUriBaseIds"`
	Results    []sarifResult        `json:"results"`
	Invocation []sarifInvocation    `json:"invocations"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"semanticVersion"`
	URI     string      `json:"informationUri"`
	Rules   []sarifRule `json:"rules"`
}

type sarifRule struct {
	ID      string     `json:"id"`
	Short   sarifText  `json:"shortDescription"`
	Help    sarifText  `json:"help"`
	HelpURI string     `json:"helpUri"`
	Default sarifLevel `json:"defaultConfiguration"`
}

type sarifText struct {
	Text     string `json:"text"`
	Markdown string `json:"markdown,omitempty"`
}

type sarifLevel struct {
	Level string `json:"level"`
}

type sarifInvocation struct {
	Successful bool `json:"executionSuccessful"`
}

type sarifResult struct {
	Rule      string          `json:"ruleId"`
	RuleIndex int             `json:"ruleIndex"`
	Level     string          `json:"level"`
	Message   sarifText       `json:"message"`
	Locations []sarifLocation `json:"locations"`
	Related   []sarifLocation `json:"relatedLocations,omitempty"`
	Fixes     []sarifFix      `json:"fixes,omitempty"`
}

type sarifLocation struct {
	ID       int           `json:"id,omitempty"`
	Physical sarifPhysical `json:"physicalLocation"`
	Message  *sarifText    `json:"message,omitempty"`
}

type sarifPhysical struct {
	File   sarifFile   `json:"artifactLocation"`
	Region sarifRegion `json:"region"`
}

type sarifFile struct {
	URI  string `json:"uri"`
	Base string `json:"uriBaseId,omitempty"`
}

type sarifRegion struct {
	StartLine   int `json:"startLine"`
	StartColumn int `json:"startColumn"`
	EndLine     int `json:"endLine"`
	EndColumn   int `json:"endColumn"`
}

type sarifFix struct {
	Description sarifText     `json:"description"`
	Changes     []sarifChange `json:"artifactChanges"`
}

type sarifChange struct {
	File         sarifFile          `json:"artifactLocation"`
	Replacements []sarifReplacement `json:"replacements"`
}

type sarifReplacement struct {
	Deleted  sarifRegion `json:"deletedRegion"`
	Inserted sarifText   `json:"insertedContent"`
}

// SARIF writes findings as a SARIF 2.1.0 log. Files below root are told relative to it.
func SARIF(w io.Writer, found []lint.Diagnostic, root string) error {
	s := &sarifWriter{root: root, index: map[string]int{}, rules: []sarifRule{}}
	results := []sarifResult{}
	for _, d := range found {
		results = append(results, s.result(d))
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(sarifLog{Schema: schema, Version: "2.1.0", Runs: []sarifRun{{
		Tool:    sarifTool{sarifDriver{Name: "spindle", Version: version.Number, URI: homepage, Rules: s.rules}},
		Columns: "unicodeCodePoints", Roots: map[string]sarifFile{rootID: {URI: fileURL(root + "/")}},
		Results: results, Invocation: []sarifInvocation{{true}},
	}}})
}

type sarifWriter struct {
	root  string
	rules []sarifRule // those that have findings
	index map[string]int
}

func (s *sarifWriter) result(d lint.Diagnostic) sarifResult {
	text := d.Message
	if d.Detail != "" {
		text += "\n" + d.Detail
	}
	r := sarifResult{
		Rule: d.Code, RuleIndex: s.rule(d.Code), Level: level(d.Severity), Message: sarifText{Text: escaped(text)},
		Locations: []sarifLocation{{Physical: s.physical(d.Range)}},
	}
	for i, rel := range d.Related {
		r.Related = append(r.Related, sarifLocation{ID: i + 1, Physical: s.physical(rel.Range), Message: &sarifText{Text: escaped(rel.Message)}})
	}
	if d.Fix != nil {
		r.Fixes = []sarifFix{{Description: sarifText{Text: d.Fix.Title}, Changes: s.changes(d.Fix)}}
	}
	return r
}

// escaped keeps brackets from being read as links to related places.
func escaped(s string) string {
	if !strings.Contains(s, "](") {
		return s
	}
	return strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`).Replace(s)
}

func (s *sarifWriter) rule(code string) int {
	if i, ok := s.index[code]; ok {
		return i
	}
	r, _ := rules.ByCode(code)
	out := sarifRule{
		ID: code, Short: sarifText{Text: r.Title}, Help: sarifText{Text: r.Title + ": " + pages.URL(code)}, HelpURI: pages.URL(code),
		Default: sarifLevel{level(r.Severity)},
	}
	if page, err := pages.Page(code); err == nil {
		out.Help.Markdown = page
	}
	s.index[code] = len(s.rules)
	s.rules = append(s.rules, out)
	return s.index[code]
}

func level(s lint.Severity) string {
	switch s {
	case lint.Error:
		return "error"
	case lint.Warning:
		return "warning"
	}
	return "note"
}

func (s *sarifWriter) changes(fix *lint.Fix) []sarifChange {
	var out []sarifChange
	for _, e := range fix.Edits {
		file := s.file(e.Range.File)
		i := slices.IndexFunc(out, func(c sarifChange) bool { return c.File == file })
		if i < 0 {
			i = len(out)
			out = append(out, sarifChange{File: file})
		}
		out[i].Replacements = append(out[i].Replacements, sarifReplacement{region(e.Range), sarifText{Text: e.Text}})
	}
	return out
}

func (s *sarifWriter) physical(r graph.Range) sarifPhysical {
	return sarifPhysical{File: s.file(r.File), Region: region(r)}
}

func region(r graph.Range) sarifRegion {
	return sarifRegion{r.Start.Line, r.Start.Column, r.End.Line, r.End.Column}
}

func (s *sarifWriter) file(path string) sarifFile {
	rel, err := filepath.Rel(s.root, path)
	if err != nil || rel == ".." || strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		return sarifFile{URI: fileURL(path)}
	}
	return sarifFile{URI: (&url.URL{Path: filepath.ToSlash(rel)}).String(), Base: rootID}
}

func fileURL(path string) string {
	return (&url.URL{Scheme: "file", Path: filepath.ToSlash(path)}).String()
}
