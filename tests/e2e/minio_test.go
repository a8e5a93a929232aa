//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/tests/s3server"
)

// TestMinIO runs the tests of what is kept in S3 once more, against another server: what one of them allows may be a fault all the same.
func TestMinIO(t *testing.T) {
	if _, err := s3server.MinIO.Binary(t.Context()); err != nil {
		t.Skipf("no MinIO to test against: %v", err)
	}
	// Of whole flows those that make all kinds of requests: that they run at all has been tested.
	for of, which := range map[string]string{
		"./engine/objects/s3client": ".", "./engine/artifact": "^TestRemote", "./tests/s3": "^Test(Calls|OfRun|Configure|Killed|Verbs|Expiry)$",
	} {
		t.Run(strings.TrimPrefix(of, "./"), func(t *testing.T) {
			cmd := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-timeout", "15m", "-run", which, of)
			cmd.Dir = "../.."
			cmd.Env = append(os.Environ(), s3server.Variable+"="+s3server.MinIO.Name)
			out, err := cmd.CombinedOutput()
			if err != nil || !strings.Contains(string(out), "ok  \t") {
				t.Errorf("%v\n%s", err, out)
			}
		})
	}
}
