package lintout_test

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/golden"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/lintout"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

func at(file string, line, from, to int) graph.Range {
	return graph.Range{File: file, Start: graph.Pos{Line: line, Column: from}, End: graph.Pos{Line: line, Column: to}}
}

func findings() []lint.Diagnostic {
	whole := at("/p/a b/flow.py", 3, 1, 1)
	whole.End = graph.Pos{Line: 9, Column: 4}
	return []lint.Diagnostic{
		{
			Code: "SP118", Severity: lint.Error, Range: at("/p/a b/flow.py", 7, 24, 27), Message: "step \"start\" leads to \"nd\": 100%", Detail: "Did you mean end?",
			Related: []lint.Related{{Range: at("/p/base:1,2.py", 2, 1, 1), Message: "\"end\" is a step"}},
			Fix: &lint.Fix{Title: "Lead to end", Edits: []lint.Edit{
				{Range: at("/p/a b/flow.py", 7, 24, 27), Text: "end"}, {Range: at("/elsewhere/x.py", 1, 1, 1), Text: "import y\n"}, {Range: at("/p/a b/flow.py", 8, 1, 2)},
			}},
		},
		{Code: "SP002", Severity: lint.Warning, Range: whole, Message: "one [link](2)\nand more"},
		{Code: "SP118", Severity: lint.Info, Range: at("/elsewhere/x.py", 1, 1, 1), Message: "größe"},
	}
}

func TestGitHub(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	lintout.GitHub(&b, findings(), func(file string) string { return strings.TrimPrefix(file, "/p/") })
	want := `::error file=a b/flow.py,line=7,endLine=7,col=24,endColumn=27,title=SP118 transition to an unknown step::step "start" leads to "nd": 100%25%0ADid you mean end?%0Abase:1,2.py:2: "end" is a step
::warning file=a b/flow.py,line=3,endLine=9,title=SP002 ignore comment without effect::one [link](2)%0Aand more
::notice file=/elsewhere/x.py,line=1,endLine=1,col=1,endColumn=1,title=SP118 transition to an unknown step::größe
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Error(diff)
	}
	b.Reset()
	lintout.GitHub(&b, []lint.Diagnostic{{Code: "SP9", Severity: lint.Error, Range: at("a:b,c%\n.py", 1, 1, 2)}}, func(file string) string { return file })
	if want := "::error file=a%3Ab%2Cc%25%0A.py,line=1,endLine=1,col=1,endColumn=2,title=SP9::\n"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}

// The schema is the one that OASIS publishes with SARIF 2.1.0, Errata 01.
func TestSARIF(t *testing.T) {
	t.Parallel()
	file, err := os.Open("testdata/sarif-schema-2.1.0.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	text, err := jsonschema.UnmarshalJSON(file)
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	if err := compiler.AddResource("sarif.json", text); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("sarif.json")
	if err != nil {
		t.Fatal(err)
	}
	for name, found := range map[string][]lint.Diagnostic{"findings": findings(), "none": nil} {
		var b bytes.Buffer
		if err := lintout.SARIF(&b, found, "/p"); err != nil {
			t.Fatal(err)
		}
		golden.Compare(t, "testdata/"+name+".sarif", withoutPages(t, b.Bytes()))
		log, err := jsonschema.UnmarshalJSON(&b)
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(log); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		log.(map[string]any)["version"] = "2.0.0"
		if schema.Validate(log) == nil {
			t.Error("the schema takes anything")
		}
	}
}

// withoutPages leaves out the pages of rules, which are tested where they are.
func withoutPages(t *testing.T, data []byte) []byte {
	t.Helper()
	var log any
	if err := json.Unmarshal(data, &log); err != nil {
		t.Fatal(err)
	}
	var walk func(v any)
	walk = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if _, ok := v["markdown"]; ok {
				v["markdown"] = "…"
			}
			for _, inner := range v {
				walk(inner)
			}
		case []any:
			for _, inner := range v {
				walk(inner)
			}
		}
	}
	walk(log)
	out, err := json.MarshalIndent(log, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	return append(out, '\n')
}
