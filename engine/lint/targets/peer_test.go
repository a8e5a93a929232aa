package targets_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/internal/cases"
	"github.com/spindle-flow/spindle/engine/lint/targets"
	"github.com/spindle-flow/spindle/tests/lint/peer"
)

// differs lists case and target where the deployer says something else than we do, with the reason.
func differs() map[string]string {
	named := "the option --name makes it deployable"
	switches := "Spindle's machines have switches, the peer's have not"
	aws := "the deployer sends it and AWS refuses it"
	return map[string]string{
		"sp507_long step-functions": named, "sp507_long argo": named, "sp507_argo argo": named,
		"sp517_aws_days step-functions": aws, "sp517_aws_both step-functions": aws,
		"right_switch step-functions": switches, "right_loop step-functions": switches, "right_split step-functions": switches,
		"sp511_namespace argo":         "it depends on the configured namespace",
		"right_mutated step-functions": "its mutator changes nothing", "right_mutated argo": "its mutator changes nothing", "right_mutated airflow": "its mutator changes nothing",
		"right_dynamic step-functions": "its base class is not there", "right_dynamic airflow": "its base class is not there",
		"right_required airflow": "what it takes from elsewhere is empty",
		"right_timeout batch":    "told by SP315", "right_timeout step-functions": "told by SP315",
	}
}

// TestPeer makes every case deploy to each of its targets with the real metaflow, without a cloud, and compares refused and taken.
func TestPeer(t *testing.T) {
	t.Parallel()
	if cases.Updating() {
		t.Skip("-update rewrites the cases at the same time")
	}
	type ask struct {
		name  string
		wrong bool
	}
	var asks []ask
	var input strings.Builder
	for _, c := range cases.All(t) {
		folder := filepath.Join(t.TempDir(), c.Name)
		c.Unpack(t, folder)
		flow := c.Read(t).Flow
		for _, target := range asked(t, c) {
			input.WriteString(target + " " + filepath.Join(folder, cases.FlowFile) + "\n")
			asks = append(asks, ask{c.Name + " " + target, lint.HasErrors(targets.Check(flow, graph.New(flow), []string{target}))})
		}
	}
	answers := deploy(t, input.String())
	if len(answers) != len(asks) {
		t.Fatalf("the peer answered %d of %d", len(answers), len(asks))
	}
	unused := differs()
	for i, a := range answers {
		reason, listed := unused[asks[i].name]
		delete(unused, asks[i].name)
		switch agrees := (a.Code != 0) == asks[i].wrong; {
		case agrees && listed:
			t.Errorf("%s: the peer agrees now; it is listed as different: %s", asks[i].name, reason)
		case !agrees && !listed:
			t.Errorf("%s: we find errors: %t, the peer exits with %d:\n%s", asks[i].name, asks[i].wrong, a.Code, a.Said)
		}
	}
	for name := range unused {
		t.Errorf("%s is listed as different and is not asked", name)
	}
}

type answer struct {
	Code int    `json:"code"`
	Said string `json:"said"`
}

func deploy(t *testing.T, input string) []answer {
	t.Helper()
	script, err := filepath.Abs("testdata/deploy.py")
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), peer.Python(t), script)
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "METAFLOW_USER=tester", "METAFLOW_HOME="+t.TempDir(), "PYTHONDONTWRITEBYTECODE=1")
	cmd.Stdin = strings.NewReader(input)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("run the peer: %v\n%s", err, stderr.String())
	}
	var list []answer
	for dec := json.NewDecoder(bytes.NewReader(out)); dec.More(); {
		var a answer
		if err := dec.Decode(&a); err != nil {
			t.Fatal(err)
		}
		list = append(list, a)
	}
	return list
}
