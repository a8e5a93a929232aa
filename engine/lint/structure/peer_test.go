package structure_test

import (
	"path/filepath"
	"testing"

	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/internal/cases"
	"github.com/spindle-flow/spindle/tests/lint/peer"
)

// differs lists the cases that the peer judges otherwise, with the reason why this project does not follow.
var differs = map[string]string{
	"sp130_foreach_name":      "the peer takes an empty name and fails when the step runs",
	"sp140_no_flow":           "a file without a flow runs and does nothing",
	"sp141_two_flows":         "a file that starts none of its flows does nothing",
	"sp001_conditional_step":  "which of the two steps there is shows only when the file is imported",
	"unknown_decorators":      "its modules do not exist, so the file can't even be imported",
	"sp001_base_out_of_reach": "the base class does not exist, so the file can't even be imported",
}

// TestPeerAgrees compares right and wrong of every case with the real metaflow's own check.
func TestPeerAgrees(t *testing.T) {
	t.Parallel()
	if cases.Updating() {
		t.Skip("-update rewrites the cases at the same time")
	}
	ours := map[string]bool{}
	var files []string
	for _, c := range cases.All(t) {
		folder := filepath.Join(t.TempDir(), c.Name)
		c.Unpack(t, folder)
		file := filepath.Join(folder, cases.FlowFile)
		files = append(files, file)
		ours[file] = lint.HasErrors(findings(t, c))
	}
	for _, v := range peer.Ask(t, files, "check") {
		name := filepath.Base(filepath.Dir(v.File))
		if reason := differs[name]; reason != "" {
			if (v.Code != 0) == ours[v.File] {
				t.Errorf("%s: the peer agrees now; it was listed as different: %s", name, reason)
			}
			continue
		}
		if (v.Code != 0) != ours[v.File] {
			t.Errorf("%s: we find errors: %t, the peer exits with %d:\n%s", name, ours[v.File], v.Code, v.Stderr)
		}
	}
}
