package report_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

func TestPrinter(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "flow.py")
	if err := os.WriteFile(file, []byte("class A:\n    self.next(self.nd)\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	at := func(from, to int) graph.Range {
		return graph.Range{File: file, Start: graph.Pos{Line: 2, Column: from}, End: graph.Pos{Line: 2, Column: to}}
	}
	found := []lint.Diagnostic{{
		Code: "SP118", Severity: lint.Error, Range: at(20, 22), Message: "no such step", Detail: "Name one.",
		Related: []lint.Related{{Range: at(5, 9), Message: "this one"}},
	}}
	p := report.Printer{Dir: dir}
	want := "flow.py:2:20: error: no such step [SP118]\n        self.next(self.nd)\n                       ^^\n  flow.py:2:5: this one\n  hint: Name one.\n"
	if diff := cmp.Diff(want, p.Text(found)); diff != "" {
		t.Error(diff)
	}
	if found[0].Related[0].Range.File != file {
		t.Error("printing changed the finding")
	}
	colored := report.Printer{Dir: dir, Palette: streams.NewPalette(true)}
	if text := colored.Text(found); !strings.Contains(text, "\x1b[31merror\x1b[0m") || !strings.Contains(text, "\x1b[31m^^") {
		t.Errorf("%q", text)
	}
	elsewhere := report.Printer{Dir: filepath.Join(dir, strings.Repeat("down/", 100))} // nobody wants to count the way up
	if text := elsewhere.Text(found); !strings.HasPrefix(text, file+":2:20:") {
		t.Errorf("%q", text)
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	one := &report.Faults{Flow: "flow.py", Diagnostics: []lint.Diagnostic{
		{Severity: lint.Warning, Message: "doubtful"},
		{Severity: lint.Error, Message: "wrong", Range: graph.Range{File: "/x/flow.py", Start: graph.Pos{Line: 3}}},
	}}
	if one.Error() != "/x/flow.py:3: wrong" {
		t.Error(one)
	}
	one.Diagnostics = append(one.Diagnostics, one.Diagnostics[1])
	if one.Error() != "flow.py has 2 faults" {
		t.Error(one)
	}
}
