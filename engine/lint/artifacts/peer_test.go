package artifacts_test

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/internal/cases"
	"github.com/spindle-flow/spindle/tests/lint/peer"
)

// differs lists the cases in which a run of the peer ends otherwise than our findings tell, with the reason.
func differs() map[string]string {
	file, maybe := "it opens a file that is not there", "a warning of what the run happens to do"
	return map[string]string{
		"right_closed_file": file, "right_parameters": file, "right_tuple_targets": file,
		"right_parallel": "a gang starts its tasks itself, in a way that this test has no part in",
		"sp202_inputs":   maybe, "sp204_computed": maybe, "sp204_foreach": maybe, "sp204_in_place": maybe,
		"sp204_nested_foreach_takes": maybe, "sp204_nested_join_changes": maybe, "sp204_nested_join_takes": maybe,
	}
}

// absent finds imports of modules that stand for the user's own code and that no case has.
var absent = regexp.MustCompile(`(?m)^\s*(from|import) (work|checks|modes|company)\b`)

// TestPeer runs the cases with the real metaflow: a flow in which we find an error fails, every other one ends well.
func TestPeer(t *testing.T) {
	t.Parallel()
	if cases.Updating() {
		t.Skip("-update rewrites the cases at the same time")
	}
	var list []*cases.Case
	var input strings.Builder
	for _, c := range cases.All(t) {
		if absent.MatchString(c.File(cases.FlowFile)) {
			if lint.HasErrors(findings(t, c)) {
				t.Errorf("%s: an error can be proved only in a flow that runs", c.Name)
			}
			continue
		}
		folder := filepath.Join(t.TempDir(), c.Name)
		c.Unpack(t, folder)
		input.WriteString(filepath.Join(folder, cases.FlowFile) + "\n")
		list = append(list, c)
	}
	unused := differs()
	answers := runAll(t, input.String())
	if len(answers) != len(list) {
		t.Fatalf("the peer answered for %d of %d", len(answers), len(list))
	}
	for i, v := range answers {
		name, wrong := list[i].Name, lint.HasErrors(findings(t, list[i]))
		reason, listed := unused[name]
		delete(unused, name)
		switch agrees := (v.Code != 0) == wrong; {
		case agrees && listed:
			t.Errorf("%s: the peer agrees now; it is listed as different: %s", name, reason)
		case !agrees && !listed:
			t.Errorf("%s: we find errors: %t, the run of the peer exits with %d:\n%s", name, wrong, v.Code, said(v))
		}
	}
	for name := range unused {
		t.Errorf("%s is listed as different and is no case", name)
	}
}

func said(v peer.Verdict) string {
	text := v.Stderr + v.Stdout
	return text[max(0, len(text)-800):]
}

//go:embed testdata/run.py
var script string

func runAll(t *testing.T, input string) []peer.Verdict {
	cmd := exec.CommandContext(t.Context(), peer.Python(t), "-c", script)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "METAFLOW_USER=tester", "METAFLOW_HOME="+t.TempDir(),
		"METAFLOW_DATASTORE_SYSROOT_LOCAL="+t.TempDir(), "PYTHONDONTWRITEBYTECODE=1")
	cmd.Stdin = strings.NewReader(input)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("run the peer: %v\n%s", err, stderr.String())
	}
	var list []peer.Verdict
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var v peer.Verdict
		if err := dec.Decode(&v); err != nil {
			t.Fatal(err)
		}
		list = append(list, v)
	}
	return list
}
