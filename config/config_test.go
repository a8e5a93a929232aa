package config_test

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/engine/lint"
)

const project = `project: demand
environments:
  prod: {datastore: s3://x}
x-shared: &shared
  compute: batch
defaults:
  target: step-functions
  flow: flows/demand.py
variants:
  us-east:
    flow: flows/demand.py
    configs: {cfg: [base.json, us.json]}
  eu:
    <<: *shared
    flow: "flows/demand.py:Demand"
    target: argo
  other:
    flow: flows/other.py
    compute: local
  bare:
    set: {cfg.lr: 0.1}
`

func TestTargets(t *testing.T) {
	t.Parallel()
	p, found := config.Parse("/p/spindle.yaml", []byte(project), config.Surroundings{})
	if len(found) > 0 {
		t.Fatalf("findings: %+v", found)
	}
	for _, c := range []struct {
		flow, class string
		want        []string
	}{
		{"/p/flows/demand.py", "", []string{"argo", "batch", "step-functions"}},
		{"/p/flows/demand.py", "Demand", []string{"argo", "batch", "step-functions"}},
		{"/p/flows/demand.py", "Supply", []string{"step-functions"}},
		{"/p/flows/other.py", "", []string{"step-functions"}},
		{"/p/flows/new.py", "", nil},
	} {
		if diff := cmp.Diff(c.want, p.Targets(c.flow, c.class)); diff != "" {
			t.Errorf("%s:%s (-want +got):\n%s", c.flow, c.class, diff)
		}
	}
	var none *config.Project
	if none.Targets("flow.py", "") != nil {
		t.Error("no project has targets")
	}
}

func TestGiven(t *testing.T) {
	t.Parallel()
	p, found := config.Parse("/p/spindle.yaml", []byte(`
environments: {dev: {}, prod: {defaults: {parameters: {day: x}}}}
defaults: {flow: f.py, target: argo, parameters: {rate: 1}}
variants:
  a: {parameters: {day: y, more: 1}}
  b: {environments: [prod]}
  c: {flow: "g.py:G"}
`), config.Surroundings{})
	if len(found) > 0 {
		t.Fatal(found)
	}
	for flow, want := range map[string][]string{"/p/f.py": {"rate", "day"}, "/p/g.py": {"rate"}, "/p/h.py": nil} {
		if diff := cmp.Diff(want, p.Given(flow, "")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", flow, diff)
		}
	}
	if got := p.Given("/p/g.py", "Other"); got != nil {
		t.Errorf("of another class: %q", got)
	}
}

func TestDefaultsAlone(t *testing.T) {
	t.Parallel()
	p, found := config.Parse("spindle.yaml", []byte("defaults: {target: argo}\n"), config.Surroundings{})
	if got := p.Targets("any.py", ""); len(found) > 0 || !slices.Equal(got, []string{"argo"}) {
		t.Errorf("got %v, %+v", got, found)
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	read := func(path string) ([]byte, error) {
		if filepath.ToSlash(path) == "/p/spindle.yaml" {
			return []byte(project), nil
		}
		return nil, &fs.PathError{Op: "open", Path: path, Err: fs.ErrNotExist}
	}
	around := config.Surroundings{ReadFile: read}
	if p, _ := config.Find("/p/flows/deep/demand.py", around); p == nil || p.File != "/p/spindle.yaml" {
		t.Errorf("got %+v", p)
	}
	for _, flow := range []string{"/q/demand.py", "demand.py"} {
		if p, found := config.Find(flow, around); p != nil || found != nil {
			t.Errorf("%s: got %+v, %+v", flow, p, found)
		}
	}
}

func line(d lint.Diagnostic) string {
	return fmt.Sprintf("%d:%d-%d:%d %s %s", d.Range.Start.Line, d.Range.Start.Column, d.Range.End.Line, d.Range.End.Column, d.Severity, d.Message)
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		project, "a: [1", "a: &a [*a]", "? {a: b}\n: c", "\xff", "defaults: *x", "--- a\n--- b\n", "variants: {? [a] : {target: !!x y}}",
		"variants: {'a-${x}': {flow: 'f.py', matrix: {x: [1, 2], y: {z: {limit: 3h}}, exclude: [{x: 1}], include: [{x: 3, y: 4, with: {tags: ['${x}']}}]}, configs: {c: {only: [a]}}}}",
		"environments: {e: {overrides: {schedule: '0 0 * * *', resources: {'*': {cpu: 1}}}}}\ntemplates: {t: {extends: v}}\nvariants: {v: {extends: [t], in: {e: {env: {A: 1}}}}}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, found := config.Parse("spindle.yaml", data, config.Surroundings{})
		p.Targets("flow.py", "")
		_, more := p.ResolveAll()
		lines := strings.Count(string(data), "\n") + 1
		for _, d := range append(found, more...) {
			if d.Range.Start.Line < 1 || d.Range.Start.Line > lines || d.Range.Start.Column < 1 {
				t.Fatalf("%q: %+v", data, d)
			}
		}
	})
}

func TestResolve(t *testing.T) {
	t.Parallel()
	p, found := config.Parse("/p/spindle.yaml", []byte(`
project: demand
environments:
  dev: {datastore: s3://dev/x, queue: small, overrides: {schedule: null}}
  prod: {datastore: s3://prod/x, region: eu-central-1, queue: large}
defaults:
  flow: flows/demand.py:Demand
  target: step-functions
  compute: batch
  configs: {cfg: configs/base.yaml}
  tags: [team:demand]
  schedule: daily
variants:
  ${country}-${size}:
    matrix:
      country: [us, eu]
      size:
        small: {resources: {train: {memory: 8000}}}
        large: {resources: {train: {memory: 64000, gpu: 1}}, limit: 1d6h}
      exclude: [{country: eu, size: large}]
    configs: {cfg: "configs/${country}.yaml"}
    set: {cfg.size: "${size}"}
    tags: ["country:${country}"]
  extra:
    environments: [prod]
`), config.Surroundings{})
	if len(found) > 0 {
		t.Fatalf("%+v", found)
	}
	variants, found := p.Resolve("dev")
	for _, d := range found {
		t.Error(line(d))
	}
	var b strings.Builder
	for _, v := range variants {
		fmt.Fprintf(&b, "%s %v\n", v.Name, v.Limit)
		for _, s := range v.Settings {
			fmt.Fprintf(&b, "  %s = %s at %d:%d\n", s.Name, s.Value, s.At.Start.Line, s.At.Start.Column)
		}
	}
	want := `us-small 0s
  flow = "flows/demand.py:Demand" at 7:9
  target = "step-functions" at 8:11
  compute = "batch" at 9:12
  datastore = "s3://dev/x" at 4:20
  queue = "small" at 4:39
  configs.cfg = ["configs/base.yaml", "configs/us.yaml"] at 21:20
  set.cfg.size = "small" at 22:21
  resources.train.memory = 8000 at 18:45
  tags = ["team:demand", "country:us"] at 23:11
us-large 30h0m0s
  flow = "flows/demand.py:Demand" at 7:9
  target = "step-functions" at 8:11
  compute = "batch" at 9:12
  datastore = "s3://dev/x" at 4:20
  queue = "small" at 4:39
  configs.cfg = ["configs/base.yaml", "configs/us.yaml"] at 21:20
  set.cfg.size = "large" at 22:21
  resources.train.gpu = 1 at 19:57
  resources.train.memory = 64000 at 19:45
  limit = "1d6h" at 19:69
  tags = ["team:demand", "country:us"] at 23:11
eu-small 0s
  flow = "flows/demand.py:Demand" at 7:9
  target = "step-functions" at 8:11
  compute = "batch" at 9:12
  datastore = "s3://dev/x" at 4:20
  queue = "small" at 4:39
  configs.cfg = ["configs/base.yaml", "configs/eu.yaml"] at 21:20
  set.cfg.size = "small" at 22:21
  resources.train.memory = 8000 at 18:45
  tags = ["team:demand", "country:eu"] at 23:11
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
