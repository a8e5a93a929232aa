//go:build e2e

package moto

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/tests/lint/peer"
)

var update = flag.Bool("update", false, "write docs/deploy/tour.md")

// settled are what differs from run to run of the tour, with what stands for it.
var settled = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`sfn-[0-9a-f-]{36}`), "sfn-6d1f3c52-9f0e-4a54-8c3a-0f8e5b1d2a77"},
	{regexp.MustCompile(`\b20\d\d-\d\d-\d\d \d\d:\d\d(:\d\d(\.\d+)?)?\b`), "2026-11-21 18:00"},
	{regexp.MustCompile(`\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z`), "2026-11-21T18:00:00Z"},
	{regexp.MustCompile(`\b\d+(\.\d+)?(ms|s)\b`), "1s"},
	{regexp.MustCompile(`\b\d+m\d+s\b`), "1s"},
	{regexp.MustCompile(`\b[0-9a-f]{40}\b`), "b1282e2f1c"},
}

// The tour of the example project does what docs/deploy/tour.md shows.
func TestTour(t *testing.T) {
	if theCloud.skip != "" {
		t.Skip("no containers to test with: " + theCloud.skip)
	}
	if err := theCloud.moto.Bucket("demand-staging", "demand-prod"); err != nil {
		t.Fatal(err)
	}
	root := t.TempDir()
	dir := filepath.Join(root, "demand")
	if err := os.CopyFS(dir, os.DirFS("../../examples/demand")); err != nil {
		t.Fatal(err)
	}
	python := peer.Python(t)
	env := append(theCloud.moto.Env(),
		"PATH="+filepath.Dir(spindle())+":"+filepath.Dir(python)+":"+os.Getenv("PATH"), "HOME="+root, "TMPDIR="+os.TempDir(), "LANG=C.UTF-8", "COLUMNS=120",
		"METAFLOW_USER=ann", "METAFLOW_DATASTORE_SYSROOT_LOCAL="+root, "SPINDLE_PYTHON="+python, "SPINDLE_WARM_MINUTES=0")
	script, err := os.ReadFile(filepath.Join(dir, "tour.sh"))
	if err != nil {
		t.Fatal(err)
	}
	var page strings.Builder
	page.WriteString("<!-- Made from examples/demand/tour.sh by: go test -tags e2e ./tests/moto -run TestTour -update -->\n")
	block := false
	fence := func(wanted bool) {
		if block != wanted {
			page.WriteString("```\n")
		}
		block = wanted
	}
	for _, line := range strings.Split(string(script), "\n") {
		text, isText := strings.CutPrefix(line, "#:")
		switch {
		case isText:
			fence(false)
			page.WriteString(strings.TrimPrefix(text, " ") + "\n")
		case strings.HasPrefix(line, "#"):
		case line == "":
			fence(false)
			page.WriteString("\n")
		default:
			fence(true)
			cmd := exec.CommandContext(t.Context(), "sh", "-c", line)
			cmd.Dir, cmd.Env = dir, env
			out, err := cmd.CombinedOutput()
			if err != nil {
				t.Fatalf("%s: %v\n%s\nso far:\n%s\nmoto:\n%s", line, err, out, page.String(), theCloud.moto.Log())
			}
			said := string(out)
			for _, s := range settled {
				said = s.what.ReplaceAllString(said, s.with)
			}
			said = ordered(said)
			page.WriteString("$ " + line + "\n" + said)
		}
	}
	fence(false)
	made := regexp.MustCompile(`\n{3,}`).ReplaceAllString(page.String(), "\n\n")
	const file = "../../docs/deploy/tour.md"
	if *update {
		if err := os.WriteFile(file, []byte(made), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if made != string(want) {
		t.Errorf("the tour differs from %s; -update writes it anew\n%s", file, made)
	}
}

// ordered puts the lines about variants that were done side by side in one order.
func ordered(said string) string {
	lines := strings.SplitAfter(said, "\n")
	for from := 0; from < len(lines); from++ {
		to := from
		for to < len(lines) && strings.HasPrefix(lines[to], "✓") {
			to++
		}
		slices.Sort(lines[from:to])
		from = max(from, to)
	}
	return strings.Join(lines, "")
}
