package remote_test

import (
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/compute/remote"
)

// The command must fit what AWS Batch takes, with names as long as people give.
func TestCommandFits(t *testing.T) {
	t.Parallel()
	long := "s3://" + strings.Repeat("b", 63) + "/" + strings.Repeat("p", 200) + "/"
	blob := remote.Blob{Place: long + "_spindle/helpers/" + strings.Repeat("0", 64) + "-amd64.gz", SHA256: strings.Repeat("0", 64)}
	argv, err := remote.Bootstrap{
		Job: long + "Flow/_spindle/jobs/1/step/1/0/job.json", Helpers: map[string]remote.Blob{"amd64": blob, "arm64": blob},
		Endpoint: "https://s3.example.org", Region: "eu-central-1",
	}.Command()
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%d bytes", len(strings.Join(argv, " ")))
	_, err = remote.Bootstrap{Job: long}.Command()
	if err == nil || !strings.Contains(err.Error(), "helper") {
		t.Errorf("without a helper: %v", err)
	}
	_, err = remote.Bootstrap{Job: strings.Repeat("x", 6000), Helpers: map[string]remote.Blob{"amd64": blob}}.Command()
	if err == nil || !strings.Contains(err.Error(), "too long") {
		t.Errorf("with a job of a name too long: %v", err)
	}
}
