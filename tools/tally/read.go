package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// event is one line of `go test -json`.
type event struct {
	Action, Package, Test, Output string
	Elapsed                       float64
	ImportPath                    string // build output
}

const prefix = "github.com/spindle-flow/spindle/"

// reader follows the events of many packages, which come in any order.
type reader struct {
	*totals
	out      io.Writer
	failed   bool
	packages map[string]*tested
}

// tested is what is known of a package while its tests run.
type tested struct {
	output  map[string][]string // by test, "" for the package's own
	parents map[string]bool     // tests that have subtests
	told    map[string]bool     // tests that failed, and those that failed because of them
	running map[string]bool
}

// read counts leaf tests: a test with subtests stands for them only if it failed by itself.
func (t *totals) read(in io.Reader, out io.Writer) (failed bool, err error) {
	r := &reader{totals: t, out: out, packages: map[string]*tested{}}
	scanner := bufio.NewScanner(in)
	scanner.Buffer(nil, 64<<20)
	for scanner.Scan() {
		var e event
		if json.Unmarshal(scanner.Bytes(), &e) != nil {
			fmt.Fprintln(out, scanner.Text())
			continue
		}
		r.take(e)
	}
	return r.failed, scanner.Err()
}

func (r *reader) take(e event) {
	name := strings.TrimPrefix(e.Package, prefix)
	p := r.packages[name]
	if p == nil {
		p = &tested{output: map[string][]string{}, parents: map[string]bool{}, told: map[string]bool{}, running: map[string]bool{}}
		r.packages[name] = p
	}
	switch {
	case e.Action == "build-output":
		fmt.Fprint(r.out, e.Output)
	case e.Action == "output":
		p.output[e.Test] = append(p.output[e.Test], e.Output)
	case e.Test == "":
		r.ended(name, p, e)
	case e.Action == "run":
		p.running[e.Test] = true
		if i := strings.LastIndex(e.Test, "/"); i > 0 {
			p.parents[e.Test[:i]] = true
		}
	case e.Action == "pass" || e.Action == "fail" || e.Action == "skip":
		delete(p.running, e.Test)
		r.count(name, p, e)
		delete(p.output, e.Test)
	}
}

func (r *reader) count(name string, p *tested, e event) {
	switch {
	case e.Action == "fail" && !p.told[e.Test]:
		r.fail(name, p, e.Test)
	case p.parents[e.Test]:
	case e.Action == "pass":
		r.Passed++
	case e.Action == "skip":
		r.Skipped = append(r.Skipped, name+" "+e.Test+": "+reason(p.output[e.Test]))
	}
}

// fail counts and shows a test. Those above it fail with it, which is no more news.
func (r *reader) fail(name string, p *tested, test string) {
	r.Failed++
	r.FailedTests = append(r.FailedTests, name+" "+test)
	fmt.Fprintf(r.out, "--- FAIL %s %s\n%s", name, test, strings.Join(p.output[test], ""))
	for above := test; above != ""; above = above[:max(strings.LastIndex(above, "/"), 0)] {
		p.told[above] = true
	}
}

// ended sees to the end of a whole package: tests still running then were cut off by a panic, or by the time limit.
func (r *reader) ended(name string, p *tested, e event) {
	switch e.Action {
	case "pass":
		fmt.Fprintf(r.out, "ok   %s %.1fs\n", name, e.Elapsed)
	case "fail":
		r.failed = true
		for _, test := range slices.Backward(slices.Sorted(maps.Keys(p.running))) { // subtests before those above them
			if !p.told[test] {
				r.fail(name, p, test)
			}
		}
		fmt.Fprintf(r.out, "FAIL %s %.1fs\n%s", name, e.Elapsed, strings.Join(p.output[""], ""))
		if len(p.told) == 0 {
			r.Failed++
			r.FailedTests = append(r.FailedTests, name)
		}
	}
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
