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
  prod: {bucket: s3://x}
shared: &shared
  compute: batch
defaults:
  target: step-functions
  flow: flows/demand.py
variants:
  us-east:
    flow: flows/demand.py
    configs: [base.json, us.json]
  eu:
    <<: *shared
    flow: "flows/demand.py:Demand"
    target: [argo, "kubernetes"]
  other:
    flow: flows/other.py
    compute: local
  bare:
    set: {cfg.lr: 0.1}
`

func TestTargets(t *testing.T) {
	t.Parallel()
	p, found := config.Parse("/p/spindle.yaml", []byte(project))
	if len(found) > 0 {
		t.Fatalf("findings: %+v", found)
	}
	for _, c := range []struct {
		flow, class string
		want        []string
	}{
		{"/p/flows/demand.py", "", []string{"argo", "batch", "kubernetes", "step-functions"}},
		{"/p/flows/demand.py", "Demand", []string{"argo", "batch", "kubernetes", "step-functions"}},
		{"/p/flows/demand.py", "Supply", []string{"step-functions"}},
		{"/p/flows/other.py", "", []string{"step-functions"}},
		{"/p/flows/new.py", "", nil},
	} {
		if diff := cmp.Diff(c.want, p.Targets(c.flow, c.class)); diff != "" {
			t.Errorf("%s:%s (-want +got):\n%s", c.flow, c.class, diff)
		}
	}
	if v := p.Variants[1]; v.Name != "eu" || v.NameRange.Start.Line != 13 || v.Targets[1].Range.Start.Column != 20 || v.Targets[1].Range.End.Column != 32 {
		t.Errorf("the second variant: %+v", v)
	}
	var none *config.Project
	if none.Targets("flow.py", "") != nil {
		t.Error("no project has targets")
	}
}

func TestDefaultsAlone(t *testing.T) {
	t.Parallel()
	p, found := config.Parse("spindle.yaml", []byte("defaults: {target: argo}\n"))
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
	if p, _ := config.Find("/p/flows/deep/demand.py", read); p == nil || p.File != "/p/spindle.yaml" {
		t.Errorf("got %+v", p)
	}
	for _, flow := range []string{"/q/demand.py", "demand.py"} {
		if p, found := config.Find(flow, read); p != nil || found != nil {
			t.Errorf("%s: got %+v, %+v", flow, p, found)
		}
	}
}

func TestFaults(t *testing.T) {
	t.Parallel()
	for source, want := range map[string][]string{
		"":                                nil,
		"# nothing\n":                     nil,
		"variants:\n":                     nil,
		"variants: {a: }\n":               nil,
		"a: [1\nb: 2\n":                   {"1:1-1:6 error spindle.yaml is not YAML: did not find expected ',' or ']'"},
		"a: 1\n  b: 2\n":                  {"2:3-2:7 error spindle.yaml is not YAML: mapping values are not allowed in this context"},
		"- a\n":                           {"1:1-1:2 error spindle.yaml must be a mapping"},
		"variants: [a]\n":                 {"1:11-1:12 error variants must be a mapping"},
		"variants:\n  a: flow.py\n":       {"2:6-2:13 error variant \"a\" must be a mapping"},
		"defaults: {flow: [x.py]}\n":      {"1:18-1:19 error flow must be a path"},
		"defaults:\n  target: 'agro'\n":   {"2:11-2:17 warning target \"agro\" is not known"},
		"defaults: {target: {a: 1}}\n":    {"1:20-1:21 error target must be a name or a list of names"},
		"defaults: {target: [argo, 3]}\n": {"1:27-1:28 error target must be a name or a list of names"},
		"defaults: {target: \"${env:TARGET}\"}\n":      nil,
		"variants: {a: {flow: f.py}, a: {flow: g.py}}": {"1:29-1:30 error there are two variants \"a\""},
		"a: &a [*a]\ndefaults: *a\n":                   {"1:4-1:5 error defaults must be a mapping"},
		"defaults: &d\n  <<: *d\n  other: 1\n":         nil,
	} {
		_, found := config.Parse("spindle.yaml", []byte(source))
		var got []string
		for _, d := range found {
			if d.Code != "SP409" {
				t.Errorf("%q: code %s", source, d.Code)
			}
			got = append(got, line(d))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%q (-want +got):\n%s", source, diff)
		}
	}
}

func line(d lint.Diagnostic) string {
	return fmt.Sprintf("%d:%d-%d:%d %s %s", d.Range.Start.Line, d.Range.Start.Column, d.Range.End.Line, d.Range.End.Column, d.Severity, d.Message)
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{project, "a: [1", "a: &a [*a]", "? {a: b}\n: c", "\xff", "defaults: *x", "--- a\n--- b\n", "variants: {? [a] : {target: !!x y}}"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		p, found := config.Parse("spindle.yaml", data)
		p.Targets("flow.py", "")
		lines := strings.Count(string(data), "\n") + 1
		for _, d := range found {
			if d.Range.Start.Line < 1 || d.Range.Start.Line > lines || d.Range.Start.Column < 1 {
				t.Fatalf("%q: %+v", data, d)
			}
		}
	})
}
