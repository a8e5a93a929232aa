package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const tests = `package some

import (
	"os"
	"testing"
	"time"
)

func TestPasses(t *testing.T) { t.Run("leaf", func(t *testing.T) {}) }

func TestLeaf(t *testing.T) {
	t.Run("good", func(t *testing.T) {})
	t.Run("bad", func(t *testing.T) { t.Error("the leaf's words") })
}

func TestParent(t *testing.T) {
	t.Run("good", func(t *testing.T) {})
	t.Error("the parent's words")
}

func TestSkipped(t *testing.T) { t.Skip("the reason") }

func TestHangs(t *testing.T) {
	if os.Getenv("HANGS") == "" {
		return
	}
	t.Run("for", func(t *testing.T) { t.Run("ever", func(t *testing.T) { time.Sleep(time.Hour) }) })
}
`

const quiet = `package quiet

import (
	"os"
	"testing"
)

func TestFine(t *testing.T) {}

func TestMain(m *testing.M) {
	m.Run()
	os.Exit(3)
}
`

// TestRead: whatever fails in a package is named, with what it said.
func TestRead(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		source, hangs string
		passed        int
		failed, words []string
	}{
		"failures": {tests, "", 4, []string{"some TestLeaf/bad", "some TestParent"}, []string{"the leaf's words", "the parent's words", "FAIL some"}},
		"cut off": {
			tests, "yes", 3, []string{"some TestLeaf/bad", "some TestParent", "some TestHangs/for/ever"},
			[]string{"panic: test timed out", "time.Sleep"},
		},
		"no test failed": {quiet, "", 1, []string{"quiet"}, []string{"FAIL quiet", "PASS"}},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			totals := &totals{}
			var shown bytes.Buffer
			failed, err := totals.read(bytes.NewReader(events(t, c.source, c.hangs)), &shown)
			if err != nil {
				t.Fatal(err)
			}
			if !failed || totals.Passed != c.passed || totals.Failed != len(c.failed) || !slices.Equal(totals.FailedTests, c.failed) {
				t.Errorf("failed %v, %d passed, %d failed: %q; want %d passed, failed: %q\n%s",
					failed, totals.Passed, totals.Failed, totals.FailedTests, c.passed, c.failed, shown.String())
			}
			for _, words := range c.words {
				if !strings.Contains(shown.String(), words) {
					t.Errorf("nothing says %q:\n%s", words, shown.String())
				}
			}
			if c.source == tests && !slices.Equal(totals.Skipped, []string{"some TestSkipped: some_test.go:21: the reason"}) {
				t.Errorf("skipped: %q", totals.Skipped)
			}
		})
	}
}

// events is what go test says of a package.
func events(t *testing.T, source, hangs string) []byte {
	t.Helper()
	dir := t.TempDir()
	name := strings.Fields(source)[1]
	for file, text := range map[string]string{"go.mod": "module " + prefix + name + "\n", name + "_test.go": source} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	limit := "10m"
	if hangs != "" {
		limit = "4s"
	}
	cmd := exec.Command("go", "test", "-json", "-timeout", limit, ".")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "HANGS="+hangs)
	out, _ := cmd.Output() // it fails: that is what is looked at
	return out
}
