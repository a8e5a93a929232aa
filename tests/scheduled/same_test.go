package scheduled

import (
	"encoding/json"
	"errors"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/tests/metaservice"
)

// sameCase is a flow that is run here and as a deployment.
type sameCase struct {
	flow  string
	args  []string // of run
	input string   // the same for an execution
	exit  int
	env   []string            // of the run here
	given map[string][]string // of the deployment
}

// The real client sees the same in a run of a deployment as in one on this machine.
func TestSame(t *testing.T) {
	server, service := bucket(t), metaservice.Start(t, metaservice.Options{After: 700_000})
	for _, tc := range same {
		t.Run(tc.flow, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, server, service, "../compat/flows")
			if code, out := w.command(tc.env, append([]string{binary, "run", tc.flow + ".py"}, tc.args...)...); code != tc.exit {
				t.Fatalf("exit code %d here: %s", code, out)
			}
			d, boot := w.deploy(tc.flow+".py", map[string]any{}, tc.given)
			for i, arg := range tc.args {
				if arg == "--tag" {
					d.Tags = append(d.Tags, tc.args[i+1])
				}
			}
			s := w.newScheduler(d, boot, "one", tc.input)
			if err := s.run(); err != nil && !errors.Is(err, errFailed) || (err != nil) != (tc.exit != 0) {
				t.Fatalf("%v\n%s", err, s.text())
			}
			script, err := filepath.Abs("dump_run.py")
			if err != nil {
				t.Fatal(err)
			}
			here := service.Runs(d.Flow)[0].ID
			want, got := w.peer(script, tc.flow+".py", here), w.peer(script, tc.flow+".py", d.RunID("one"))
			if diff := cmp.Diff(document(t, want), document(t, got)); diff != "" {
				t.Errorf("here and as a deployment:\n%s\n%s", diff, s.text())
			}
		})
	}
}

// paths are those of a flow's file, which lies elsewhere in a deployment.
var paths = regexp.MustCompile(`"[^"]*/([a-z_]+\.py)"`)

// document is a document of the client without what has to be another in a deployment: what runs it, and the job that a task was.
func document(t *testing.T, text string) map[string]any {
	t.Helper()
	var doc map[string]any
	if err := json.Unmarshal([]byte(paths.ReplaceAllString(text, `"$1"`)), &doc); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	run, _ := doc["run"].(map[string]any)
	if run == nil {
		t.Fatalf("no run: %s", text)
	}
	tags, _ := run["system_tags"].([]any)
	run["system_tags"] = slices.DeleteFunc(tags, func(tag any) bool {
		s, _ := tag.(string)
		return strings.HasPrefix(s, "runtime:") || strings.HasPrefix(s, "spindle_start:")
	})
	tasks, _ := doc["tasks"].(map[string]any)
	for _, v := range tasks {
		task, _ := v.(map[string]any)
		delete(task, "runtime")
		records, _ := task["metadata"].(map[string]any)
		maps.DeleteFunc(records, func(name string, _ any) bool { return name == "runtime" || strings.HasPrefix(name, "aws-") })
	}
	return doc
}
