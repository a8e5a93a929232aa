package deploy

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/tests/motoserver"
)

// machine is where a job of CI runs: a folder of its own, and variables.
type machine struct {
	t   testing.TB
	dir string
	env map[string]string
	log strings.Builder
}

// newMachine has what a CI service has to begin with. Until it has credentials, AWS cannot be reached from it. What of the workflows cannot be done here is to
// install Spindle from the package index: pip is a script that takes this tree's binary.
func newMachine(r *repository) *machine {
	root := r.t.TempDir()
	m := &machine{t: r.t, dir: filepath.Join(root, "checkout"), env: map[string]string{}}
	for _, entry := range r.env {
		name, value, _ := strings.Cut(entry, "=")
		m.env[name] = value
	}
	bin := filepath.Join(root, "bin")
	pip := "#!/bin/sh\n[ \"$*\" = 'install spindle-flow' ] && ln -sf " + binary + " " + filepath.Join(bin, "spindle") + "\n"
	if err := os.MkdirAll(bin, 0o777); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(bin, "pip"), []byte(pip), 0o777); err != nil {
		r.t.Fatal(err)
	}
	m.set("CI", "true", "HOME", root, "PATH", bin+":"+m.env["PATH"], "AWS_ENDPOINT_URL", "http://127.0.0.1:1", "AWS_EC2_METADATA_DISABLED", "true",
		"AWS_CONFIG_FILE", "/dev/null", "AWS_SHARED_CREDENTIALS_FILE", "/dev/null", "METAFLOW_USER", "ci")
	return m
}

func (m *machine) set(pairs ...string) {
	for i := 0; i < len(pairs); i += 2 {
		m.env[pairs[i]] = pairs[i+1]
	}
}

// cloud lets the machine reach moto.
func (m *machine) cloud(server *motoserver.Server) {
	m.set("AWS_ENDPOINT_URL", server.URL, "AWS_ENDPOINT_URL_STS", server.URL, "METAFLOW_S3_ENDPOINT_URL", server.URL)
}

// clone checks a commit out as CI services do: without a branch, and only as much history as was asked for.
func (m *machine) clone(r *repository, commit string, whole bool) {
	args := []string{"clone", "-q", "--no-checkout"}
	if !whole {
		args = append(args, "--depth=1", "--no-single-branch")
	}
	r.git(append(args, "file://"+r.bare, m.dir)...)
	r.git("-C", m.dir, "checkout", "-q", "--detach", commit)
}

// shell runs a script as its service does.
func (m *machine) shell(script string) error {
	cmd := exec.CommandContext(m.t.Context(), "bash", "-e", "-c", script)
	cmd.Dir = m.dir
	for _, name := range slices.Sorted(maps.Keys(m.env)) {
		cmd.Env = append(cmd.Env, name+"="+m.env[name])
	}
	m.log.WriteString("$ " + strings.TrimSpace(script) + "\n")
	cmd.Stdout, cmd.Stderr = &m.log, &m.log
	return cmd.Run()
}

// keep copies files between machines.
func keep(t testing.TB, from, to string, names ...string) {
	t.Helper()
	for _, name := range names {
		data, err := os.ReadFile(filepath.Join(from, name))
		if os.IsNotExist(err) {
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		if err := os.MkdirAll(to, 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(to, name), data, 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// ended is how a job went.
type ended struct {
	job     string
	err     error
	log     string
	summary string // a page of Markdown that it left
}
