package rules_test

import (
	"context"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	pages "github.com/spindle-flow/spindle/docs/rules"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/engine/lint/rules"
	"github.com/spindle-flow/spindle/engine/lint/structure"
	"github.com/spindle-flow/spindle/engine/source/golang"
	"github.com/spindle-flow/spindle/engine/source/python"
)

var update = flag.Bool("update", false, "rewrite the index")

// unshown are the rules that no flow of a page can break: the file can't be read, or another file is at fault.
var unshown = []string{"SP143", "SP409", "SP414", "SP415", "SP416", "SP417"}

func TestEveryRuleHasItsPage(t *testing.T) {
	t.Parallel()
	known := map[string]bool{}
	for _, r := range rules.All() {
		known[r.Code] = true
		page, err := pages.Page(r.Code)
		if err != nil {
			t.Error(err)
			continue
		}
		if want := fmt.Sprintf("# %s: %s\n", r.Code, r.Title); !strings.HasPrefix(page, want) {
			first, _, _ := strings.Cut(page, "\n")
			t.Errorf("the page of %s begins with %q, want %q", r.Code, first, want)
		}
		if at := headings(page); !slices.Equal(at, []string{"Bad", "Good", "Fix"}) {
			t.Errorf("the page of %s has the headings %q", r.Code, at)
		}
	}
	found, err := filepath.Glob("SP*.md")
	if err != nil || len(found) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	for _, file := range found {
		if code := strings.TrimSuffix(file, ".md"); !known[code] {
			t.Errorf("%s is about no rule", file)
		}
	}
}

func headings(page string) (out []string) {
	for line := range strings.Lines(page) {
		if title, ok := strings.CutPrefix(line, "## "); ok {
			out = append(out, strings.TrimSpace(title))
		}
	}
	return out
}

// example is the flow of one section of a page with the files beside it.
type example struct {
	files            map[string]string
	targets          []string
	class            string // of a command about one flow
	command, present bool
	golang           bool
}

var (
	block   = regexp.MustCompile("(?ms)^```(\\w+)(?: title=\"([^\"]+)\")?\\n(.*?)^```$")
	target  = regexp.MustCompile(`(?m)^Target: (.+)$`)
	command = regexp.MustCompile("(?m)^Command: `spindle check flow\\.py:?(\\w*)`$")
)

func read(page, heading string) example {
	e := example{files: map[string]string{}}
	head, rest, _ := strings.Cut(page, "\n## Bad\n")
	if heading == "Good" {
		_, rest, _ = strings.Cut(rest, "\n## Good\n")
		rest, _, _ = strings.Cut(rest, "\n## Fix\n")
	} else {
		rest, _, _ = strings.Cut(rest, "\n## Good\n")
	}
	for _, m := range block.FindAllStringSubmatch(rest, -1) {
		switch {
		case m[2] != "":
			e.files[m[2]] = m[3]
		case m[1] == "go" && !e.present:
			e.files["main.go"], e.present, e.golang = m[3], true, true
		case m[1] == "python" && !e.present:
			e.files["flow.py"], e.present = m[3], true
		}
	}
	if m := target.FindStringSubmatch(head); m != nil {
		e.targets = strings.FieldsFunc(m[1], func(r rune) bool { return r == ',' || r == ' ' })
	}
	if m := command.FindStringSubmatch(head); m != nil {
		e.command, e.class = true, m[1]
	}
	return e
}

func (e example) read(path string) ([]byte, error) {
	if text, ok := e.files[filepath.Clean(path)]; ok {
		return []byte(text), nil
	}
	return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
}

// blank is a folder in which the Go flows of pages are taken to be.
const blank = "../../engine/lint/golang/testdata/blank"

// session reads the Go flows of all pages, so that the go tool is asked once.
var session = sync.OnceValue(golang.NewSession)

func (e example) lintGo(t *testing.T) []lint.Diagnostic {
	t.Helper()
	dir, err := filepath.Abs(blank)
	if err != nil {
		t.Fatal(err)
	}
	r, err := session().Read(context.Background(), golang.Options{Dir: dir, Overlay: map[string][]byte{filepath.Join(dir, "flow.go"): []byte(e.files["main.go"])}})
	if err != nil || r.Flow == nil {
		t.Fatalf("%v, %+v", err, r)
	}
	return append(structure.Source(r.Faults), rules.Check(r.Flow, graph.New(r.Flow), rules.Options{Targets: e.targets})...)
}

func (e example) lint(t *testing.T) []lint.Diagnostic {
	t.Helper()
	if e.golang {
		return e.lintGo(t)
	}
	if e.command {
		r, err := python.Read(context.Background(), python.Options{File: "flow.py", Class: e.class, ReadFile: e.read})
		if err != nil {
			t.Fatal(err)
		}
		return structure.Source(r.Faults)
	}
	r, err := files.Lint(context.Background(), "flow.py", files.Options{ReadFile: e.read, Targets: e.targets})
	if err != nil {
		t.Fatal(err)
	}
	return r.Findings
}

// The bad flow of a page has the fault that the page is about; the good one has it not, and no error at all.
func TestExamples(t *testing.T) {
	t.Parallel()
	for _, r := range rules.All() {
		page, err := pages.Page(r.Code)
		if err != nil {
			continue // told by another test
		}
		t.Run(r.Code, func(t *testing.T) {
			t.Parallel()
			is := func(d lint.Diagnostic) bool { return d.Code == r.Code }
			bad, good := read(page, "Bad"), read(page, "Good")
			if !bad.present && !slices.Contains(unshown, r.Code) || !good.present {
				t.Fatal("a section has no python block")
			}
			if bad.present {
				if found := bad.lint(t); !slices.ContainsFunc(found, is) {
					t.Errorf("the bad flow gives %s", codes(found))
				}
			}
			if found := good.lint(t); slices.ContainsFunc(found, is) || lint.HasErrors(found) {
				t.Errorf("the good flow gives %s", codes(found))
			}
		})
	}
}

func codes(found []lint.Diagnostic) string {
	var out []string
	for _, d := range found {
		out = append(out, fmt.Sprintf("%s (%s:%d: %s)", d.Code, d.Range.File, d.Range.Start.Line, d.Message))
	}
	return "[" + strings.Join(out, ", ") + "]"
}

var groups = []struct{ prefix, title string }{
	{"SP0", "What is said about linting itself"}, {"SP1", "SP1xx: structure of the graph"}, {"SP2", "SP2xx: artifacts through the graph"},
	{"SP3", "SP3xx: decorators"}, {"SP4", "SP4xx: configs"}, {"SP5", "SP5xx: what a target can't do"},
	{"SP6", "SP6xx: what Go's types show"},
}

// The index and the table in docs/lint.md are made from the table of rules: `go test ./docs/rules -update`.
func TestIndex(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile(guideFile)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(guide), begin)
	_, tail, closed := strings.Cut(rest, end)
	if !ok || !closed {
		t.Fatalf("%s has no place for the table", guideFile)
	}
	for file, want := range map[string]string{"README.md": index(), guideFile: head + begin + guideTable() + end + tail} {
		if *update {
			if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
			continue
		}
		got, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, string(got)); diff != "" {
			t.Errorf("%s is not what the rules are (rewrite with -update):\n%s", file, diff)
		}
	}
}

const (
	guideFile = "../lint.md"
	begin     = "<!-- made from the table of rules by `make generate` -->\n"
	end       = "<!-- end -->\n"
)

func index() string {
	var b strings.Builder
	b.WriteString("# The rules of `spindle lint`\n\n")
	b.WriteString("Made from the table of rules by `make generate`. [docs/lint.md](../lint.md) tells how to choose among them, to ignore findings and to apply fixes;\n")
	b.WriteString("`spindle rule CODE` prints a page. Codes never change their meaning.\n")
	for _, g := range groups {
		if rows := rows(g.prefix, ""); rows != "" {
			fmt.Fprintf(&b, "\n## %s\n\n| code | severity | what |\n|---|---|---|\n%s", g.title, rows)
		}
	}
	return b.String()
}

func guideTable() string {
	out := "\n| code | severity | what |\n|---|---|---|\n"
	for _, g := range groups {
		out += rows(g.prefix, "rules/")
	}
	return out + "\n"
}

// rows are the lines of a table of the rules whose codes begin alike.
func rows(prefix, folder string) string {
	var b strings.Builder
	for _, r := range rules.All() {
		if strings.HasPrefix(r.Code, prefix) {
			fmt.Fprintf(&b, "| [%s](%s%s.md) | %s | %s |\n", r.Code, folder, r.Code, r.Severity, r.Title)
		}
	}
	return b.String()
}
