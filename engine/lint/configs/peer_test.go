package configs_test

import (
	"path/filepath"
	"testing"

	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/internal/cases"
	"github.com/spindle-flow/spindle/tests/lint/peer"
)

// differs lists the cases that the peer judges otherwise, with the reason why this project does not follow.
var differs = map[string]string{
	"right_yaml":              "YAML and TOML need no parser here",
	"right_optional":          "it is started without the config that it requires",
	"sp001_base_out_of_reach": "the base class does not exist, so the file can't even be imported",
	"sp001_computed_class":    "a class body that computes its attributes is not followed",
}

// TestPeerAgrees compares each case with the real metaflow: what has an error ends its check or its run, and what ends its
// check has at least a warning.
func TestPeerAgrees(t *testing.T) {
	t.Parallel()
	if cases.Updating() {
		t.Skip("-update rewrites the cases at the same time")
	}
	worst := map[string]lint.Severity{}
	var files []string
	for _, c := range cases.All(t) {
		folder := filepath.Join(t.TempDir(), c.Name)
		c.Unpack(t, folder)
		file := filepath.Join(folder, cases.FlowFile)
		files = append(files, file)
		worst[file] = severest(judge(t, c))
	}
	ran := map[string]int{}
	for _, v := range peer.Ask(t, files, "run") {
		ran[v.File] = v.Code
	}
	for _, v := range peer.Ask(t, files, "check") {
		name := filepath.Base(filepath.Dir(v.File))
		agreed := true
		switch worst[v.File] {
		case lint.Error:
			agreed = v.Code != 0 || ran[v.File] != 0
		case lint.Warning:
		default:
			agreed = v.Code == 0
		}
		reason := differs[name]
		if agreed && reason != "" {
			t.Errorf("%s: the peer agrees now; it was listed as different: %s", name, reason)
		}
		if !agreed && reason == "" {
			t.Errorf("%s: the worst we find is %q, the peer's check exits with %d, its run with %d:\n%s", name, worst[v.File], v.Code, ran[v.File], v.Stderr)
		}
	}
}

func severest(found []lint.Diagnostic) lint.Severity {
	worst := lint.Info
	for _, d := range found {
		if d.Severity == lint.Error || worst == lint.Info {
			worst = d.Severity
		}
	}
	return worst
}
