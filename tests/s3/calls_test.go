package s3

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// deviations are calls that end otherwise here, on purpose.
var deviations = map[string]any{
	"range many beyond": "raises MetaflowS3InvalidRange", // as get raises it; metaflow's get_many loses the reason
}

// TestCalls makes a table of calls of the S3 class under both programs.
func TestCalls(t *testing.T) {
	t.Parallel()
	server := bucket(t)
	script, err := filepath.Abs("testdata/calls.py")
	if err != nil {
		t.Fatal(err)
	}
	tables := map[bool]map[string]any{}
	for _, ours := range []bool{false, true} {
		p := newPlace(t, server.Endpoint).with("METAFLOW_S3_RETRY_COUNT=0", "METAFLOW_S3_TRANSIENT_RETRY_COUNT=0")
		name := map[bool]string{true: "ours", false: "theirs"}[ours]
		out := p.python(t, ours, script, "s3://bucket/"+name+"/root")
		var rows [][2]any
		if err := json.Unmarshal([]byte(strings.ReplaceAll(out, "bucket/"+name, "bucket/x")), &rows); err != nil {
			t.Fatalf("%v\n%s", err, out)
		}
		tables[ours] = map[string]any{}
		for _, row := range rows {
			tables[ours][row[0].(string)] = row[1]
		}
	}
	if len(tables[false]) < 80 {
		t.Errorf("only %d calls were made", len(tables[false]))
	}
	for name, want := range tables[false] {
		if other, ok := deviations[name]; ok {
			want = other
		}
		if diff := cmp.Diff(want, tables[true][name]); diff != "" {
			t.Errorf("%s (-metaflow +spindle):\n%s", name, diff)
		}
	}
}

const s3Flow = `from metaflow import FlowSpec, S3, step, Run, current
import json

class Transfers(FlowSpec):
    @step
    def start(self):
        with S3(run=self) as s3:
            self.url = s3.put("message", json.dumps({"x": 1}))
            s3.put_many([("many/%d" % i, b"x" * i) for i in range(50)])
            print(s3.get("message").text, len(s3.get_recursive(["many/"])))
        self.next(self.end)

    @step
    def end(self):
        with S3(run=self, prefix="elsewhere") as s3:
            print(s3.put("k", "v"))
        with S3(run=Run("Transfers/" + current.run_id)) as s3:
            print(s3.get("message").text, sum(o.size for o in s3.list_recursive(["many"])))
        with S3() as s3:
            print(s3.get(self.url).text)

if __name__ == "__main__":
    Transfers()
`

// TestOfRun has the S3 class work below a prefix of its run, in steps.
func TestOfRun(t *testing.T) {
	t.Parallel()
	server := bucket(t)
	p := newPlace(t, server.Endpoint)
	if err := os.WriteFile(filepath.Join(p.dir, "transfers.py"), []byte(s3Flow), 0o666); err != nil {
		t.Fatal(err)
	}
	for _, store := range []string{"s3", "local"} {
		out := p.with("METAFLOW_DEFAULT_DATASTORE="+store).spindle(t, "run", "transfers.py")
		run := p.latest(t, "Transfers")
		contains(t, out, `{"x": 1} 50`, "s3://bucket/elsewhere/Transfers/"+run+"/k", `{"x": 1} 1225`, "Done!")
		if _, err := os.Stat(filepath.Join(server.Dir, "bucket/some/root/data/Transfers", run, "message")); err != nil {
			t.Error(err)
		}
	}
}
