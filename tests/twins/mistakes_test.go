package twins

import (
	"cmp"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
)

// verdict is a finding as the mark behind a line says it: `# SP119`, `// SP119`.
type verdict struct {
	Code string
	Line int
}

// TestMistakes lints the same mistakes in both languages: the same codes, each on the line that is marked with it, and nothing else.
func TestMistakes(t *testing.T) {
	dirs, err := filepath.Glob("testdata/mistakes/*")
	if err != nil || len(dirs) == 0 {
		t.Fatalf("no mistakes in testdata: %v", err)
	}
	for _, dir := range dirs {
		t.Run(filepath.Base(dir), func(t *testing.T) {
			t.Parallel()
			inPython, inGo := marks(t, filepath.Join(dir, "flow.py")), marks(t, filepath.Join(dir, "main.go"))
			if diff := gocmp.Diff(codes(inPython), codes(inGo)); diff != "" || len(inPython) == 0 {
				t.Fatalf("the two halves are not marked alike:\n%s", diff)
			}
			wantVerdicts(t, dir, "flow.py", inPython)
			wantVerdicts(t, dir, "main.go", inGo)
		})
	}
}

var mark = regexp.MustCompile(`(?:#|//) (SP\d{3})$`)

func marks(t *testing.T, path string) []verdict {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var found []verdict
	for i, line := range strings.Split(string(text), "\n") {
		if m := mark.FindStringSubmatch(line); m != nil {
			found = append(found, verdict{m[1], i + 1})
		}
	}
	return found
}

func codes(list []verdict) []string {
	var found []string
	for _, v := range list {
		found = append(found, v.Code)
	}
	slices.Sort(found)
	return found
}

func wantVerdicts(t *testing.T, dir, file string, want []verdict) {
	t.Helper()
	abs, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	lint := twin{Dir: abs}.exec(t, t.TempDir(), nil, "lint", "--json", file)
	var answer struct {
		Diagnostics []struct {
			Code    string
			Message string
			Range   struct{ Start struct{ Line int } }
		}
	}
	if err := json.Unmarshal([]byte(lint.Stdout), &answer); err != nil {
		t.Fatalf("spindle lint %s: exit %d: %v\n%s%s", file, lint.Exit, err, lint.Stdout, lint.Stderr)
	}
	var got []verdict
	for _, d := range answer.Diagnostics {
		got = append(got, verdict{d.Code, d.Range.Start.Line})
	}
	slices.SortFunc(got, func(a, b verdict) int { return cmp.Or(a.Line-b.Line, cmp.Compare(a.Code, b.Code)) })
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("%s (-marked +found):\n%s%s", file, diff, lint.Stdout)
	}
}
