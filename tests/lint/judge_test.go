package lint_test

import (
	"context"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/structure"
	"github.com/spindle-flow/spindle/engine/source/python"
	"github.com/spindle-flow/spindle/tests/lint/peer"
)

// checkDiffers lists the files that the peer's check and ours judge differently, with the reason why this project does not follow.
var checkDiffers = map[string]string{
	"wrong/foreach_and_condition.py": "the peer overlooks the foreach beside the condition and fails when the step ends",
	"wrong/sp130_empty_name.py":      "the peer takes an empty name and fails when the step ends",
	"wrong/sp140_flow_renamed.py":    "a file without a flow runs and does nothing",
	"wrong/sp141_none_started.py":    "a file that starts none of its flows does nothing",
}

// lintDiffers is the same for linting, which judges all flows of a file, started or not.
var lintDiffers = map[string]string{
	"wrong/foreach_and_condition.py": checkDiffers["wrong/foreach_and_condition.py"],
	"wrong/sp130_empty_name.py":      checkDiffers["wrong/sp130_empty_name.py"],
	"wrong/sp140_flow_renamed.py":    checkDiffers["wrong/sp140_flow_renamed.py"],
}

const atLeast = 60

// TestPeerAgrees holds that the real metaflow's check, ours and the linter agree which of the flows are right.
func TestPeerAgrees(t *testing.T) {
	t.Parallel()
	var list []string
	for _, pattern := range []string{rightFlows, wrongFlows} {
		found := glob(t, pattern)
		if len(found) < atLeast {
			t.Errorf("%s matches %d files, want at least %d", pattern, len(found), atLeast)
		}
		for _, f := range found {
			abs, err := filepath.Abs(f)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, abs)
		}
	}
	for _, v := range peer.Ask(t, list, "check") {
		name := filepath.Base(filepath.Dir(v.File)) + "/" + filepath.Base(v.File)
		right := strings.HasPrefix(name, "right/")
		accepted := v.Code == 0
		if right && !strings.Contains(v.Stderr, "The graph looks good!") {
			t.Errorf("%s: the peer checked nothing, or found a fault: exit code %d\n%s", name, v.Code, v.Stderr)
		}
		compare(t, "check", name, checkDiffers, accepted, check(t, v.File))
		compare(t, "lint", name, lintDiffers, accepted, structural(lintFile(t, v.File)))
	}
}

func compare(t *testing.T, verb, name string, differs map[string]string, accepted bool, found []lint.Diagnostic) {
	t.Helper()
	agrees := accepted != lint.HasErrors(found)
	reason := differs[name]
	switch {
	case agrees && reason != "":
		t.Errorf("%s of %s: the peer agrees now; it was listed as different: %s", verb, name, reason)
	case !agrees && reason == "":
		t.Errorf("%s of %s: the peer accepts it: %t; we find %+v", verb, name, accepted, found)
	}
}

// check reads and judges the flow that the file runs, as `spindle check` does.
func check(t *testing.T, path string) []lint.Diagnostic {
	t.Helper()
	r, err := python.Read(context.Background(), python.Options{File: path})
	if err != nil {
		t.Fatal(err)
	}
	found := structure.Source(r.Faults)
	if r.Flow != nil {
		found = append(found, structure.Check(r.Flow, graph.New(r.Flow))...)
	}
	return found
}

func structural(found []lint.Diagnostic) []lint.Diagnostic {
	return slices.DeleteFunc(found, func(d lint.Diagnostic) bool { return !strings.HasPrefix(d.Code, "SP1") })
}

// TestWrongFlowsAreNamedAfterTheirFault holds the file names to what is found, and every structural rule to a realistic flow that breaks it.
func TestWrongFlowsAreNamedAfterTheirFault(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	for _, path := range glob(t, wrongFlows) {
		code, _, _ := strings.Cut(strings.ToUpper(filepath.Base(path)), "_")
		if !strings.HasPrefix(code, "SP1") {
			continue
		}
		shown[code] = true
		if !slices.ContainsFunc(check(t, path), func(d lint.Diagnostic) bool { return d.Code == code && d.Severity == lint.Error }) {
			t.Errorf("%s has no %s", path, code)
		}
	}
	for _, r := range structure.Rules() {
		reason, untold := notInAFile[r.Code]
		switch {
		case r.Severity == lint.Error && !shown[r.Code] && !untold:
			t.Errorf("no flow breaks %s (%s)", r.Code, r.Title)
		case shown[r.Code] && untold:
			t.Errorf("%s is shown, and listed as one that can't be: %s", r.Code, reason)
		}
	}
}

var notInAFile = map[string]string{
	"SP142": "it is about the class that a user asks for",
	"SP143": "no repository should hold a file that is too large or has no text",
}
