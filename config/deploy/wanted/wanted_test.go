package wanted_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/config/deploy/conformance/filetarget"
	"github.com/spindle-flow/spindle/config/deploy/wanted"
	"github.com/spindle-flow/spindle/engine/lint"
)

const flowFile = `from metaflow import Config, FlowSpec, parallel, step

class Demand(FlowSpec):
    cfg = Config("cfg", default="base.json")
    other = Config("other", default_value={"depth": 3})
    computed = Config("computed", default=lambda ctx: "x.json")

    @step
    def start(self):
        print(self.cfg.lr, self.other.depth, self.computed)
        self.next(self.end)

    @step
    def end(self):
        pass
`

const projectFile = `project: demand
environments:
  dev:
    datastore: s3://dev/root
  prod:
    datastore: s3://prod/root
    queue: fast
  bare: {}
defaults:
  flow: flow.py
  target: step-functions
variants:
  us:
    configs: {cfg: [base.json, us.json]}
  eu:
    set: {cfg.lr: 0.5}
  ${region}-x:
    matrix: {region: [a, b]}
    environments: [dev]
  here:
    target: null
    environments: [dev]
`

func project(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	all := map[string]string{
		"flow.py": flowFile, "spindle.yaml": projectFile, "base.json": `{"lr": 0.1, "table": "sales"}`, "us.json": `{"table": "us"}`, "lib/features.py": "X = 1\n",
	}
	for name, text := range files {
		all[name] = text
	}
	for name, text := range all {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func read(t testing.TB, dir, environment string, machine map[string]string) *wanted.Result {
	t.Helper()
	none := func(string) (string, bool) { return "", false }
	p, found, err := config.Load(dir, config.Surroundings{ReadFile: os.ReadFile, ReadDir: os.ReadDir, LookupEnv: none})
	if err != nil || lint.HasErrors(found) {
		t.Fatalf("%v, %v", err, found)
	}
	r, err := wanted.Read(t.Context(), wanted.Request{
		Project: p, Environment: environment, ReadFile: os.ReadFile, LookupEnv: none, Environ: os.Environ(), Engine: "0.9", By: "ann",
		Machine: func(name string) (string, string, bool) { v, ok := machine[name]; return v, "config.json", ok },
		Targets: func(kind string) (deploy.Target, error) {
			if kind != "step-functions" {
				return nil, fmt.Errorf("no target %q", kind)
			}
			return &filetarget.Target{}, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func lines(w *deploy.Wanted) (out []string) {
	for _, s := range w.Settings {
		out = append(out, s.Name+" = "+s.Value)
	}
	return out
}

func TestSettings(t *testing.T) {
	t.Parallel()
	r := read(t, project(t, nil), "prod", map[string]string{"METAFLOW_BATCH_JOB_QUEUE": "ignored", "METAFLOW_DEFAULT_CONTAINER_IMAGE": "python:3.11"})
	if lint.HasErrors(r.Problems) || len(r.Wanted) != 2 {
		t.Fatalf("%v, %d variants", r.Problems, len(r.Wanted))
	}
	us, eu := r.Wanted[0], r.Wanted[1]
	want := []string{
		`flow = "flow.py"`, `target = "step-functions"`, `datastore = "s3://prod/root"`, `queue = "fast"`, `image = "python:3.11"`,
		`config.cfg.lr = 0.1`, `config.cfg.table = "us"`, `config.other.depth = 3`, `spindle = "0.9"`,
	}
	if got := lines(us); !slices.Equal(got, want) {
		t.Errorf("us:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if got := lines(eu); !slices.Contains(got, "config.cfg.lr = 0.5") || !slices.Contains(got, `config.cfg.table = "sales"`) {
		t.Errorf("eu: %q", got)
	}
	for _, s := range us.Settings {
		if s.Name == "config.cfg.table" && (filepath.Base(s.At.File) != "us.json" || s.At.Start.Line != 1) {
			t.Errorf("%s is at %v", s.Name, s.At)
		}
	}
	if us.Files["flow.py"] == "" || us.Files["lib/features.py"] == "" || len(us.Files) != 2 {
		t.Errorf("code %v", us.Files)
	}
	if us.Identity.Flow != eu.Identity.Flow || us.Identity.Config == eu.Identity.Config || us.Identity.Settings == eu.Identity.Settings || us.Name == eu.Name {
		t.Errorf("%+v\n%+v", us.Identity, eu.Identity)
	}
	if len(us.Problems)+len(eu.Problems) > 0 {
		t.Errorf("%v %v", us.Problems, eu.Problems)
	}
	dev := read(t, project(t, nil), "dev", nil)
	if len(dev.Wanted) != 4 || !slices.Equal(dev.Left, []string{"here"}) || dev.Wanted[2].Identity.Variant != "a-x" {
		t.Errorf("dev: %d, left %q", len(dev.Wanted), dev.Left)
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, environment string
		files             map[string]string
		code, message     string
	}{
		{"no datastore", "bare", nil, "SP409", `environment "bare" has no datastore`},
		{"target can't", "prod", map[string]string{"flow.py": strings.Replace(flowFile, "self.next(self.end)", "self.next(self.end, num_parallel=2)", 1)}, "SP502", "can't run the parallel step"},
		{"structure", "prod", map[string]string{"flow.py": strings.Replace(flowFile, "self.next(self.end)", "pass", 1)}, "SP1", "start"},
		{"no such target", "prod", map[string]string{"spindle.yaml": strings.Replace(projectFile, "target: step-functions", "target: argo", 1)}, "SP417", `no target "argo"`},
		{"config key", "prod", map[string]string{"us.json": `{"table": `}, "SP416", "us.json"},
	}
	for _, tt := range tests {
		r := read(t, project(t, tt.files), tt.environment, nil)
		var all []string
		for _, d := range r.Wanted[0].Problems {
			all = append(all, d.Code+" "+d.Message+" "+filepath.Base(d.Range.File))
		}
		if !slices.ContainsFunc(all, func(s string) bool { return strings.HasPrefix(s, tt.code) && strings.Contains(s, tt.message) }) {
			t.Errorf("%s: %q, want %s …%s", tt.name, all, tt.code, tt.message)
		}
	}
}

// TestHidden: what comes from variables of the environment may be a secret, and is told apart without being told.
func TestHidden(t *testing.T) {
	t.Parallel()
	dir := project(t, map[string]string{
		"base.json":    `{"$interpolate": true, "lr": 0.1, "password": "${env:PASSWORD}", "table": "${cfg.lr}", "user": "me@${env:PASSWORD}"}`,
		"spindle.yaml": strings.Replace(projectFile, "  target: step-functions\n", "  target: step-functions\n  env: {KEY: \"${env:PASSWORD}\", OPEN: x}\n", 1),
	})
	of := func(password string) []string {
		env := func(name string) (string, bool) { return password, name == "PASSWORD" }
		load := func(env func(string) (string, bool)) *config.Project {
			p, _, err := config.Load(dir, config.Surroundings{ReadFile: os.ReadFile, ReadDir: os.ReadDir, LookupEnv: env})
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		r, err := wanted.Read(t.Context(), wanted.Request{
			Project: load(env), Marked: load(wanted.Mark), Environment: "prod", ReadFile: os.ReadFile, LookupEnv: env, Engine: "0.9",
			Targets: func(string) (deploy.Target, error) { return &filetarget.Target{}, nil },
		})
		if err != nil || lint.HasErrors(append(r.Problems, r.Wanted[1].Problems...)) {
			t.Fatalf("%v, %v %v", err, r.Problems, r.Wanted[1].Problems)
		}
		return lines(r.Wanted[1])
	}
	one, same, other := of("swordfish"), of("swordfish"), of("hunter2")
	text := strings.Join(one, "\n")
	if strings.Contains(text, "swordfish") || !strings.Contains(text, "config.cfg.lr = 0.5") || !strings.Contains(text, `env.OPEN = "x"`) || strings.Count(text, "from the environment") != 3 {
		t.Errorf("settings:\n%s", text)
	}
	if !slices.Equal(one, same) || slices.Equal(one, other) {
		t.Errorf("the same secret is not the same, or another is:\n%s\n%s", text, strings.Join(other, "\n"))
	}
}

// BenchmarkPlan is a plan of 50 variants in 3 environments: what it reads, and what it compares.
func BenchmarkPlan(b *testing.B) {
	var file strings.Builder
	file.WriteString("project: demand\nenvironments:\n")
	for _, e := range []string{"dev", "staging", "prod"} {
		fmt.Fprintf(&file, "  %s:\n    datastore: s3://%s/root\n", e, e)
	}
	file.WriteString("defaults:\n  flow: flow.py\n  target: step-functions\n  configs: {cfg: base.json}\nvariants:\n")
	for i := range 50 {
		fmt.Fprintf(&file, "  v%d:\n    configs: {cfg: [c%d.json]}\n    set: {cfg.lr: %d}\n    tags: [team:a]\n", i, i, i)
	}
	files := map[string]string{"spindle.yaml": file.String()}
	for i := range 50 {
		files[fmt.Sprintf("c%d.json", i)] = fmt.Sprintf(`{"table": "t%d", "optimizer": {"lr": 0.1, "steps": %d}}`, i, i)
	}
	dir := project(b, files)
	for b.Loop() {
		for _, e := range []string{"dev", "staging", "prod"} {
			r := read(b, dir, e, nil)
			if p := deploy.Make(r.Wanted, &deploy.Record{}); len(p.Changes) != 50 {
				b.Fatal(len(p.Changes))
			}
		}
	}
}
