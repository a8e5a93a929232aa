// Command tally reads `go test -json`, shows what a person wants to see of it, and adds up the counts.
//
//	go test -json ./... | tally -add build/tally.json     # shows packages and failures; exits 1 if any test failed
//	tally -end build/tally.json                           # lists skipped tests with reasons, then `N passed, N failed, N skipped`
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"sort"
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
