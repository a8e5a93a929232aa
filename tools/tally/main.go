// Command tally reads `go test -json`, shows what a person wants to see of it, and adds up the counts.
//
//	go test -json ./... | tally -add build/tally.json     # shows packages and failures; exits 1 if any test failed
//	tally -end build/tally.json                           # lists skipped tests with reasons, then `N passed, N failed, N skipped`
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"
)

func main() {
	add := flag.String("add", "", "read test events from stdin and add their counts to this file")
	end := flag.String("end", "", "print the summary of this file")
	flag.Parse()
	code, err := run(*add, *end)
	if err != nil {
		fmt.Fprintln(os.Stderr, "tally:", err)
		os.Exit(2)
	}
	os.Exit(code)
}

func run(add, end string) (int, error) {
	if (add == "") == (end == "") {
		return 2, fmt.Errorf("give -add FILE or -end FILE")
	}
	if end != "" {
		t, err := load(end)
		if err != nil {
			return 2, err
		}
		return t.summary(os.Stdout), nil
	}
	t, err := load(add)
	if err != nil && !os.IsNotExist(err) {
		return 2, err
	}
	failed, err := t.read(os.Stdin, os.Stdout)
	if err != nil {
		return 2, err
	}
	if err := t.save(add); err != nil {
		return 2, err
	}
	if failed {
		return 1, nil
	}
	return 0, nil
}

// totals is what is kept between invocations.
type totals struct {
	Passed, Failed int
	Skipped        []string // "package test: reason"
	FailedTests    []string
}

// event is one line of `go test -json`.
type event struct {
	Action, Package, Test, Output string
	Elapsed                       float64
	ImportPath                    string // build output
}

const prefix = "github.com/spindle-flow/spindle/"

// read counts leaf tests: a test with subtests stands for them only if it failed itself.
func (t *totals) read(in io.Reader, out io.Writer) (failed bool, err error) {
	output := map[string][]string{}
	parents := map[string]bool{}
	scanner := bufio.NewScanner(in)
	scanner.Buffer(nil, 64<<20)
	for scanner.Scan() {
		var e event
		if json.Unmarshal(scanner.Bytes(), &e) != nil {
			fmt.Fprintln(out, scanner.Text())
			continue
		}
		name := strings.TrimPrefix(e.Package, prefix)
		key := name + " " + e.Test
		switch {
		case e.Action == "output" || e.Action == "build-output":
			output[key] = append(output[key], e.Output)
			if e.Action == "build-output" {
				fmt.Fprint(out, e.Output)
			}
		case e.Test == "" && e.Action == "fail":
			failed = true
			fmt.Fprintf(out, "FAIL %s %.1fs\n%s", name, e.Elapsed, strings.Join(output[key], ""))
			if !t.anyFailedIn(name) {
				t.Failed++
				t.FailedTests = append(t.FailedTests, name)
			}
		case e.Test == "" && e.Action == "pass":
			fmt.Fprintf(out, "ok   %s %.1fs\n", name, e.Elapsed)
		case e.Test == "":
		case e.Action == "run":
			if i := strings.LastIndex(e.Test, "/"); i > 0 {
				parents[name+" "+e.Test[:i]] = true
			}
		case parents[key]:
		case e.Action == "pass":
			t.Passed++
			delete(output, key)
		case e.Action == "fail":
			t.Failed++
			t.FailedTests = append(t.FailedTests, key)
			fmt.Fprintf(out, "--- FAIL %s\n%s", key, strings.Join(output[key], ""))
		case e.Action == "skip":
			t.Skipped = append(t.Skipped, key+": "+reason(output[key]))
		}
	}
	return failed, scanner.Err()
}

func (t *totals) anyFailedIn(name string) bool {
	for _, f := range t.FailedTests {
		if strings.HasPrefix(f, name+" ") {
			return true
		}
	}
	return false
}

// reason finds what a skipped test said.
func reason(lines []string) string {
	for i := len(lines) - 1; i >= 0; i-- {
		line := strings.TrimSpace(lines[i])
		if line != "" && !strings.HasPrefix(line, "---") && !strings.HasPrefix(line, "===") {
			return line
		}
	}
	return "no reason given"
}

func (t *totals) summary(out io.Writer) int {
	if len(t.Skipped) > 0 {
		sort.Strings(t.Skipped)
		fmt.Fprintln(out, "Not run here:")
		for _, s := range t.Skipped {
			fmt.Fprintln(out, "  "+s)
		}
	}
	if len(t.FailedTests) > 0 {
		fmt.Fprintln(out, "Failed:")
		for _, f := range t.FailedTests {
			fmt.Fprintln(out, "  "+f)
		}
	}
	fmt.Fprintf(out, "%d passed, %d failed, %d skipped\n", t.Passed, t.Failed, len(t.Skipped))
	if t.Failed > 0 || t.Passed == 0 {
		return 1
	}
	return 0
}

func load(path string) (*totals, error) {
	t := &totals{}
	b, err := os.ReadFile(path)
	if err != nil {
		return t, err
	}
	return t, json.Unmarshal(b, t)
}

func (t *totals) save(path string) error {
	b, err := json.MarshalIndent(t, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(path, b, 0o644)
}
