package conformance

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// A flow in Go is held to all that a worker is held to: the suite runs once more, in a process of its own, against a flow's binary.
func TestGoFlow(t *testing.T) {
	if os.Getenv("SPINDLE_CONFORMANCE_WORKER") != "" {
		t.Skip("this is the suite against another worker")
	}
	t.Parallel()
	binary := filepath.Join(t.TempDir(), "goflow")
	if out, err := exec.Command("go", "build", "-o", binary, "./testdata/goflow").CombinedOutput(); err != nil {
		t.Fatalf("build the flow: %v\n%s", err, out)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	suite := exec.Command(self, "-test.count=1", "-test.v")
	suite.Env = append(os.Environ(), "SPINDLE_CONFORMANCE_WORKER="+binary, "SPINDLE_CONFORMANCE_FLOW="+absolute(t, "testdata/goflow/main.go"))
	out, err := suite.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	// A worker may leave this out, a flow in Go does not.
	for _, idle := range []string{" 0 values came in messages", " 0 values were wanted in answers"} {
		if bytes.Contains(out, []byte(idle)) {
			t.Errorf("a flow in Go spares itself no files:%s", idle)
		}
	}
	t.Logf("%s", out)
}
