package main

import (
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestGoVet: go vet tells what the analyzer finds, by its flags.
func TestGoVet(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "spindle-vet")
	if out, err := exec.Command("go", "build", "-o", path, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	const (
		start = `testdata/train/main.go:18:65: SP109: step "start" leads back to the start step "start". The start runs once, before all others. Lead to another step`
		where = `testdata/train/main.go:16:17: 	the start step`
		lost  = `testdata/train/main.go:21:17: SP120: no way leads from the start to step "lost". Lead to it from another step, or remove it`
	)
	for name, test := range map[string]struct {
		args []string
		want []string
	}{
		"all":      {args: []string{"./testdata/train"}, want: []string{start, where, lost}},
		"selected": {args: []string{"-spindle.select", "SP12", "./testdata/train"}, want: []string{lost}},
		"ignored":  {args: []string{"-spindle.ignore", "SP1", "./testdata/train"}},
		"no flow":  {args: []string{"./testdata/plain"}},
	} {
		t.Run(name, func(t *testing.T) {
			out, err := exec.Command("go", append([]string{"vet", "-vettool=" + path}, test.args...)...).CombinedOutput()
			if (err != nil) != (len(test.want) > 0) {
				t.Errorf("ended with %v\n%s", err, out)
			}
			if diff := cmp.Diff(test.want, findings(string(out))); diff != "" {
				t.Errorf("%s\n%s", diff, out)
			}
		})
	}
	for flag, want := range map[string]string{"-spindle.select=SP99x": `there is no rule "SP99x"`, "-spindle.target=mars": `mars`} {
		out, err := exec.Command("go", "vet", "-vettool="+path, flag, "./testdata/train").CombinedOutput()
		if err == nil || !strings.Contains(string(out), want) {
			t.Errorf("%s: %v\n%s", flag, err, out)
		}
	}
}

// findings are the lines about a place, without the folder of this package.
func findings(out string) []string {
	var lines []string
	for line := range strings.Lines(out) {
		if at := strings.Index(line, "testdata/"); at >= 0 && !strings.HasPrefix(line, "#") {
			lines = append(lines, strings.TrimSuffix(line[at:], "\n"))
		}
	}
	return lines
}
