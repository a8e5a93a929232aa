package twins

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// twin is a folder with the same flow in both languages, and what the head of its flow.py says.
type twin struct {
	Dir    string // absolute
	Name   string
	Flow   string // the class and the struct
	Top    []string
	Args   []string
	Exit   int
	Resume []string // environment of a resume, nil where there is none
	Covers string
}

// The two halves, as a command in the twin's folder names them.
const (
	pythonHalf = "flow.py"
	goHalf     = "."
)

var className = regexp.MustCompile(`(?m)^class (\w+)\(FlowSpec\)`)

// loadTwins reads the heads of all of them.
func loadTwins(t *testing.T) []twin {
	t.Helper()
	paths, err := filepath.Glob("*/flow.py")
	if err != nil || len(paths) == 0 {
		t.Fatalf("no twins in tests/twins: %v", err)
	}
	twins := make([]twin, len(paths))
	for i, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if twins[i], err = parseTwin(path, string(text)); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	return twins
}

// parseTwin reads the `# key: value` lines that flow.py begins with.
func parseTwin(path, text string) (twin, error) {
	dir, err := filepath.Abs(filepath.Dir(path))
	if err != nil {
		return twin{}, err
	}
	w := twin{Dir: dir, Name: filepath.Base(dir)}
	for _, line := range strings.Split(text, "\n") {
		key, value, ok := strings.Cut(strings.TrimPrefix(line, "# "), ":")
		if !ok || !strings.HasPrefix(line, "# ") {
			break
		}
		if err := w.set(key, strings.TrimSpace(value)); err != nil {
			return w, err
		}
	}
	class := className.FindStringSubmatch(text)
	if class == nil || w.Covers == "" {
		return w, fmt.Errorf("it needs a class of its own and a line `# covers:`")
	}
	w.Flow = class[1]
	return w, nil
}

func (w *twin) set(key, value string) (err error) {
	switch key {
	case "args":
		w.Args, err = words(value)
	case "top":
		w.Top, err = words(value)
	case "exit":
		w.Exit, err = strconv.Atoi(value)
	case "resume-env":
		w.Resume, err = words(value)
	case "covers":
		w.Covers = value
	default:
		err = fmt.Errorf("unknown key %q in its head", key)
	}
	return err
}

// words splits at spaces; single quotes keep a word together.
func words(line string) ([]string, error) {
	var out []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 0 {
			out = append(out, strings.Fields(part)...)
		} else {
			out = append(out, part)
		}
	}
	if strings.Count(line, "'")%2 != 0 {
		return nil, fmt.Errorf("quote left open in %q", line)
	}
	return out, nil
}
