package structure_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/internal/cases"
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

// peerPython returns the interpreter that has the real metaflow, and skips the test where there is none.
func peerPython(t *testing.T) string {
	t.Helper()
	path := os.Getenv("SPINDLE_PEER")
	if path == "" {
		path = "../../build/peer/bin/python"
	}
	path, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Skipf("the real metaflow is not installed at %s (SPINDLE_PEER names another interpreter)", path)
	}
	return path
}

type judged struct {
	Folder string `json:"folder"`
	Code   int    `json:"code"`
	Stderr string `json:"stderr"`
}

// TestPeerAgrees compares right and wrong of every case with the real metaflow's own check.
func TestPeerAgrees(t *testing.T) {
	t.Parallel()
	if cases.Updating() {
		t.Skip("-update rewrites the cases at the same time")
	}
	python := peerPython(t)
	ours := map[string]bool{}
	var folders []string
	for _, c := range cases.All(t) {
		folder := filepath.Join(t.TempDir(), c.Name)
		c.Unpack(t, folder)
		folders = append(folders, folder)
		ours[folder] = lint.HasErrors(findings(t, c))
	}
	for _, j := range judge(t, python, folders) {
		name := filepath.Base(j.Folder)
		if reason := differs[name]; reason != "" {
			if (j.Code != 0) == ours[j.Folder] {
				t.Errorf("%s: the peer agrees now; it was listed as different: %s", name, reason)
			}
			continue
		}
		if (j.Code != 0) != ours[j.Folder] {
			t.Errorf("%s: we find errors: %t, the peer exits with %d:\n%s", name, ours[j.Folder], j.Code, j.Stderr)
		}
	}
}

func judge(t *testing.T, python string, folders []string) []judged {
	t.Helper()
	script, err := filepath.Abs("testdata/peer.py")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), python, script, "check")
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "METAFLOW_USER=tester", "METAFLOW_HOME="+t.TempDir(), "PYTHONDONTWRITEBYTECODE=1")
	cmd.Stdin = strings.NewReader(strings.Join(folders, "\n") + "\n")
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("run the peer: %v\n%s", err, stderr.String())
	}
	var list []judged
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var j judged
		if err := dec.Decode(&j); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		list = append(list, j)
	}
	if len(list) != len(folders) {
		t.Fatalf("the peer judged %d of %d cases", len(list), len(folders))
	}
	return list
}
