package compat

import (
	"bufio"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// flow is one file of flows/ with what its header says.
type flow struct {
	Name       string // of the file, without .py
	Top        []string
	Args       []string
	Env        []string
	Exit       int
	Resumes    bool
	ResumeArgs []string
	ResumeEnv  []string
	ResumeExit int
	Covers     string
}

func (f flow) file() string { return f.Name + ".py" }

// runs is how many runs a store of the flow has.
func (f flow) runs() int {
	if f.Resumes {
		return 2
	}
	return 1
}

// loadFlows reads the headers of all flow files.
func loadFlows(t *testing.T) []flow {
	t.Helper()
	paths, err := filepath.Glob("flows/*.py")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no flow files in tests/compat/flows: %v", err)
	}
	flows := make([]flow, 0, len(paths))
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := parseHeader(strings.TrimSuffix(filepath.Base(path), ".py"), string(text))
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		flows = append(flows, f)
	}
	return flows
}

// parseHeader reads the `# key: value` lines a flow file begins with.
func parseHeader(name, text string) (flow, error) {
	f := flow{Name: name, Exit: -1}
	lines := bufio.NewScanner(strings.NewReader(text))
	for lines.Scan() {
		key, value, ok := strings.Cut(strings.TrimPrefix(lines.Text(), "# "), ":")
		if !ok || !strings.HasPrefix(lines.Text(), "# ") {
			break
		}
		if err := f.set(key, strings.TrimSpace(value)); err != nil {
			return f, err
		}
	}
	if f.Exit < 0 || f.Covers == "" {
		return f, fmt.Errorf("the header needs `# exit:` and `# covers:`")
	}
	return f, nil
}

func (f *flow) set(key, value string) (err error) {
	switch key {
	case "args":
		f.Args, err = words(value)
	case "top":
		f.Top, err = words(value)
	case "env":
		f.Env, err = words(value)
	case "exit":
		f.Exit, err = strconv.Atoi(value)
	case "resume-args":
		f.ResumeArgs, err = words(value)
	case "resume-env":
		f.ResumeEnv, err = words(value)
	case "resume-exit":
		f.Resumes = true
		f.ResumeExit, err = strconv.Atoi(value)
	case "covers":
		f.Covers = value
	default:
		err = fmt.Errorf("unknown header key %q", key)
	}
	return err
}

// words splits at spaces; single quotes keep a word together.
func words(line string) ([]string, error) {
	var out []string
	var word strings.Builder
	open, quoted := false, false
	for _, r := range line {
		switch {
		case r == '\'':
			quoted, open = !quoted, true
		case r == ' ' && !quoted:
			if open {
				out = append(out, word.String())
			}
			word.Reset()
			open = false
		default:
			word.WriteRune(r)
			open = true
		}
	}
	if quoted {
		return nil, fmt.Errorf("quote left open in %q", line)
	}
	if open {
		out = append(out, word.String())
	}
	return out, nil
}

func TestHeader(t *testing.T) {
	t.Parallel()
	text := "# args: --x '{\"a b\": 1}' --empty ''\n# env: A=1 B=2\n# exit: 1\n# resume-exit: 0\n# covers: c\nimport os\n# exit: 7\n"
	got, err := parseHeader("f", text)
	want := flow{
		Name: "f", Args: []string{"--x", `{"a b": 1}`, "--empty", ""}, Env: []string{"A=1", "B=2"},
		Exit: 1, Resumes: true, Covers: "c",
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("parseHeader: %v\n%s", err, diff)
	}
	for _, bad := range []string{"import os\n", "# exit: 0\n", "# exit: x\n# covers: c\n", "# size: 1\n# exit: 0\n# covers: c\n", "# args: 'open\n"} {
		if _, err := parseHeader("f", bad); err == nil {
			t.Errorf("parseHeader accepted %q", bad)
		}
	}
}
