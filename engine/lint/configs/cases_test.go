package configs_test

import (
	"io/fs"
	"path/filepath"
	"testing"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/configs"
	"github.com/spindle-flow/spindle/engine/lint/internal/cases"
	"github.com/spindle-flow/spindle/engine/lint/structure"
)

func TestCases(t *testing.T) {
	t.Parallel()
	cases.Suite{
		Judge:   judge,
		Rules:   configs.Rules(),
		Untold:  untold(),
		Fixable: []string{"SP405", "SP407"},
	}.Run(t)
}

// untold are the rules about spindle.yaml, which package config applies, with cases of its own.
func untold() map[string]string {
	out := map[string]string{}
	for _, r := range []lint.Rule{configs.Project(), configs.ProjectReference(), configs.VariantName(), configs.VariantConfig(), configs.VariantTarget()} {
		out[r.Code] = "package config reads spindle.yaml"
	}
	return out
}

// judge applies the rules of structure too: a case is a right flow but for its config, and says SP001 where it is dynamic.
func judge(t testing.TB, c *cases.Case) []lint.Diagnostic {
	r := c.Read(t)
	found := structure.Source(r.Faults)
	if r.Flow == nil {
		return found
	}
	found = append(found, structure.Check(r.Flow, graph.New(r.Flow))...)
	found = append(found, configs.Check(r.Flow, configs.Options{ReadFile: c.ReadFile, Dir: c.Option("dir")})...)
	lint.Sort(found)
	return found
}

// TestFileAboveTheFlow holds that a path may start at any folder above the flow, and that the folder given comes first.
func TestFileAboveTheFlow(t *testing.T) {
	t.Parallel()
	f := &graph.Flow{File: "/p/flows/deep/f.py"}
	name := &graph.Value{Kind: graph.StringKind, Text: "cfg"}
	file := &graph.Value{Kind: graph.StringKind, Text: "conf/c.json"}
	f.Configs.Declared = []*graph.Config{{Name: "cfg", Attr: "cfg", Args: []graph.ConfigArg{{Name: "name", Value: name}, {Name: "default", Value: file}}}}
	for dir, want := range map[string]string{
		"/q": "/q/conf/c.json", "/p/flows": "/p/conf/c.json", "": "/p/conf/c.json",
	} {
		read := func(path string) ([]byte, error) {
			if path := filepath.ToSlash(path); path == "/p/conf/c.json" || path == "/q/conf/c.json" {
				return []byte("{}"), nil
			}
			return nil, fs.ErrNotExist
		}
		s := configs.Sources(f, configs.Options{ReadFile: read, Dir: dir})
		if got := filepath.ToSlash(s[0].File); got != want || s[0].Missing {
			t.Errorf("from %q: found %q, want %q", dir, got, want)
		}
	}
}
