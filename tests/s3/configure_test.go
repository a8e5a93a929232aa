package s3

import (
	"path/filepath"
	"regexp"
	"testing"
)

// TestConfigure writes a profile, sees that what it names is there, and runs by it.
func TestConfigure(t *testing.T) {
	t.Parallel()
	server := bucket(t)
	p := newPlace(t, server.Endpoint)
	named := regexp.MustCompile("^METAFLOW_(DEFAULT_DATASTORE|DATASTORE_SYSROOT_S3|S3_ENDPOINT_URL)=")
	var env []string
	for _, entry := range p.env {
		if !named.MatchString(entry) {
			env = append(env, entry)
		}
	}
	p.env = append(env, "METAFLOW_HOME="+filepath.Join(p.dir, "config"))

	shown := p.spindle(t, "configure", "--profile", "team", "--s3-root", "s3://bucket/here", "--s3-endpoint", server.Endpoint)
	contains(t, shown, "ok      credentials (from EnvConfigCredentials): key spindle-test", "ok      values (s3://bucket/here): can be listed, written, read and deleted")
	team := p.with("METAFLOW_PROFILE=team")
	team.spindle(t, "run", "linear.py")
	left, err := filepath.Glob(filepath.Join(server.Dir, "bucket", "here", "*"))
	if err != nil || len(left) != 1 || filepath.Base(left[0]) != "LinearFlow" {
		t.Errorf("in the bucket: %v, %v: the check leaves nothing behind, the run does", left, err)
	}

	wrong := team.run(t, binary, "configure", "--s3-root", "s3://nobucket/here")
	if wrong.code != 1 {
		t.Errorf("a bucket that is not there: exit code %d", wrong.code)
	}
	contains(t, wrong.stdout, `wrong   values (s3://nobucket/here): open "s3://nobucket/": there is no bucket "nobucket"`, "METAFLOW_DATASTORE_SYSROOT_S3 (", "aws s3 mb s3://nobucket")
	doctor := team.run(t, binary, "doctor")
	if doctor.code != 1 {
		t.Errorf("doctor: exit code %d", doctor.code)
	}
	contains(t, doctor.stdout, "problem: values: ")
}
