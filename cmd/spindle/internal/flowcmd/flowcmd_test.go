package flowcmd_test

import (
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/flowcmd"
)

func known(verb string) (bool, bool) {
	switch verb {
	case "run", "resume", "check", "show", "dump", "logs", "tag":
		return true, true
	case "version", "help":
		return true, false
	}
	return false, false
}

func TestTranslate(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"f.py", "check f.py"},
		{"f.py run", "run f.py"},
		{"f.py run --alpha -3 --tag x", "run f.py --alpha -3 --tag x"},
		{"f.py --quiet --with retry run --with catch", "--quiet --with retry run f.py --with catch"},
		{"f.py --datastore=local --no-pylint", "--datastore=local --no-pylint check f.py"},
		{"f.py --branch x --production run", "run f.py --branch x --production"},
		{"f.py --branch x --quiet show", "--quiet show f.py"},
		{"f.py --trigger A/1 --trigger B/2 run --p 1", "run f.py --trigger A/1 --trigger B/2 --p 1"},
		{"f.py resume train --origin-run-id 5", "resume f.py train --origin-run-id 5"},
		{"f.py dump 1/a", "dump f.py 1/a"},
		{"f.py logs 1/a --stdout", "logs show f.py 1/a --stdout"},
		{"f.py logs --stdout 1/a", "logs show f.py --stdout 1/a"},
		{"f.py logs scrub 1/a", "logs scrub f.py 1/a"},
		{"f.py tag add --run-id 1 x", "tag add f.py --run-id 1 x"},
		{"f.py tag", "tag"},
		{"f.py logs --help", "logs --help"},
		{"f.py version", "version"},
		{"f.py help", "help"},
		{"f.py --help", "help"},
		{"f.py run --help", "run f.py --help"},
	}
	for _, tt := range tests {
		got, err := flowcmd.Translate(strings.Fields(tt.in), known)
		if err != nil {
			t.Errorf("%s: %v", tt.in, err)
			continue
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s: %q, want %q", tt.in, strings.Join(got, " "), tt.want)
		}
	}
	for _, in := range []string{"", "f.py nope", "f.py --quiet nope"} {
		if got, err := flowcmd.Translate(strings.Fields(in), known); err == nil {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestReorder(t *testing.T) {
	t.Parallel()
	tests := []struct{ in, want string }{
		{"logs f.py 1/a", "logs show f.py 1/a"},
		{"logs F/1/a --stdout", "logs show F/1/a --stdout"},
		{"logs --stdout f.py 1/a", "logs show --stdout f.py 1/a"},
		{"logs show f.py 1/a", "logs show f.py 1/a"},
		{"logs f.py scrub 1/a", "logs scrub f.py 1/a"},
		{"logs --help", "logs --help"},
		{"logs", "logs"},
		{"tag f.py list", "tag list f.py"},
		{"--quiet tag f.py --datastore=local list --json", "--quiet tag list f.py --datastore=local --json"},
		{"tag f.py", "tag f.py"},
		{"run f.py logs", "run f.py logs"},
	}
	for _, tt := range tests {
		if got := strings.Join(flowcmd.Reorder(strings.Fields(tt.in)), " "); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.in, got, tt.want)
		}
	}
}
