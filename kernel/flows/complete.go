package flows

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"sort"
	"strings"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/spin"
)

// choices are what could stand at the cursor, beginning some characters before it.
type choices struct {
	start int
	list  []choice
}

type choice struct{ text, kind string }

// reply is the content of a reply to a question of completion.
func (c choices) reply(cursor int) (json.RawMessage, error) {
	matches, types := []string{}, []map[string]any{}
	for _, m := range c.list {
		matches = append(matches, m.text)
		types = append(types, map[string]any{"start": c.start, "end": cursor, "text": m.text, "type": m.kind})
	}
	return json.Marshal(map[string]any{
		"matches": matches, "cursor_start": c.start, "cursor_end": cursor, "metadata": map[string]any{"_jupyter_types_experimental": types},
	})
}

var (
	selfDot   = regexp.MustCompile(`(?:^|[^\w.])self\.(\w*)$`)
	nextSelf  = regexp.MustCompile(`self\.next\((?:[^()]*,)?\s*self\.\w*$`)
	wordFirst = regexp.MustCompile(`^%{1,2}(\w*)$`)
)

// complete finds what could stand at the cursor; nil where flows have nothing to say.
func (r *Runner) complete(ctx context.Context, code []rune, cursor int) *choices {
	before := string(code[:cursor])
	line := before[strings.LastIndexByte(before, '\n')+1:]
	if strings.HasPrefix(line, "%") {
		return r.completeMagic(ctx, line, cursor)
	}
	m := selfDot.FindStringSubmatch(line)
	if m == nil {
		return nil
	}
	_, s := r.attached()
	if s == nil {
		return nil
	}
	c := &choices{start: cursor - len([]rune(m[1]))}
	switch {
	case nextSelf.MatchString(line):
		c.add("function", s.Graph.Order...)
	case definesSteps(string(code)):
		c.add("function", "next", "input", "index", "merge_artifacts")
		c.add("statement", r.known(ctx, s)...)
	default:
		if t := r.newest(ctx); t != nil {
			c.add("statement", artifactNames(t.Objects)...)
		}
	}
	return c.keep(m[1])
}

func (c *choices) add(kind string, texts ...string) {
	for _, text := range texts {
		if !slices.ContainsFunc(c.list, func(x choice) bool { return x.text == text }) {
			c.list = append(c.list, choice{text, kind})
		}
	}
}

// keep leaves those that begin as what was typed; nil when there is none.
func (c *choices) keep(prefix string) *choices {
	c.list = slices.DeleteFunc(c.list, func(x choice) bool { return !strings.HasPrefix(x.text, prefix) })
	if len(c.list) == 0 {
		return nil
	}
	return c
}

// known are the artifacts and parameters that steps have: what tasks left, and what the source sets.
func (r *Runner) known(ctx context.Context, s *Source) []string {
	names := map[string]bool{}
	for _, p := range s.Flow.Parameters {
		names[p.Attr] = true
	}
	if s.Flow.Data != nil {
		for _, name := range s.Flow.Data.Names {
			if s.Step(name) == nil && !strings.HasPrefix(name, "_") {
				names[name] = true
			}
		}
	}
	if standing, done, err := r.look(ctx); err == nil {
		for _, tasks := range standing.Steps {
			for _, t := range tasks {
				for _, name := range artifactNames(t.Objects) {
					names[name] = true
				}
			}
		}
		done()
	}
	list := make([]string, 0, len(names))
	for name := range names {
		list = append(list, name)
	}
	sort.Strings(list)
	return list
}

// newest is the newest task, nil for none. Its values must not be read.
func (r *Runner) newest(ctx context.Context) *spin.Seen {
	standing, done, err := r.look(ctx)
	if err != nil {
		return nil
	}
	defer done()
	return standing.Newest
}

func (r *Runner) completeMagic(ctx context.Context, line string, cursor int) *choices {
	if m := wordFirst.FindStringSubmatch(line); m != nil {
		c := &choices{start: cursor - len(line)}
		if m[1] == "" {
			return nil // all of IPython's as well
		}
		percent := line[:len(line)-len(m[1])]
		names := magicNames()
		if percent == "%%" {
			names = []string{"flow", "spin"}
		}
		for _, name := range names {
			c.add("magic", percent+name)
		}
		return c.keep(line)
	}
	name, args, ok := magic(line)
	if !ok || !r.owns(name, args) && name != "run" && name != "config" {
		return nil
	}
	word := line[strings.LastIndexAny(line, " \t=")+1:]
	c := &choices{start: cursor - len([]rune(word))}
	_, s := r.attached()
	if name == "flow" {
		r.files(c, word, ".py", ".go")
		return c.keep(word)
	}
	if s == nil {
		return nil
	}
	switch name {
	case "config":
		r.files(c, word, configSuffixes()...)
	case "revert":
		b, _ := r.attached()
		c.add("function", b.defined()...)
	case "spin", "diff", "logs", "artifacts":
		if !strings.HasPrefix(word, "-") {
			c.add("function", s.Graph.Order...)
		}
	case "origin":
		c.add("statement", "latest", "production")
		c.add("statement", r.runs(ctx, s)...)
	}
	switch {
	case name == "spin" && strings.HasPrefix(word, "-"):
		c.add("keyword", "--all", "--artifacts-module", "--bootstrap", "--fresh", "--index", "--item", "--max-workers", "--origin", "--persist", "--set", "--skip-decorators", "--tag")
	case name == "promote" && strings.HasPrefix(word, "-"):
		c.add("keyword", "--clone-only", "--max-num-splits", "--max-workers", "--run-id-file", "--tag", "--with")
	case name == "run":
		for _, p := range s.Flow.Parameters {
			c.add("keyword", "--"+p.Name)
		}
		c.add("keyword", "--max-workers", "--max-num-splits", "--namespace", "--tag", "--with")
	}
	return c.keep(word)
}

// files are those with one of the suffixes, and the folders, that a path could go on to.
func (r *Runner) files(c *choices, word string, suffixes ...string) {
	folder, _ := filepath.Split(word)
	dir, _, _ := r.place(folder + ".")
	entries, err := os.ReadDir(dir)
	if err != nil {
		return
	}
	for _, e := range entries {
		switch name := e.Name(); {
		case strings.HasPrefix(name, "."):
		case e.IsDir():
			c.add("path", folder+name+"/")
		case slices.Contains(suffixes, filepath.Ext(name)):
			c.add("path", folder+name)
		}
	}
}

// runs are the ids of the newest runs.
func (r *Runner) runs(ctx context.Context, s *Source) []string {
	v, done, err := r.host.View(ctx, s)
	if err != nil {
		return nil
	}
	defer done()
	ids, err := v.Origins.Runs(s.Flow.Name)
	if err != nil {
		return nil
	}
	slices.Reverse(ids)
	return ids[:min(len(ids), 20)]
}

// refOf finds an artifact on the workbench: that of the newest task, else of the latest step that has it.
func refOf(s *Source, standing *spin.Standing, name string) (*spin.Seen, artifact.Ref, bool) {
	if t := standing.Newest; t != nil {
		if ref, ok := t.Objects[name]; ok {
			return t, ref, true
		}
	}
	for _, step := range slices.Backward(s.Graph.Order) {
		tasks := standing.Steps[step]
		for i := range tasks {
			if ref, ok := tasks[i].Objects[name]; ok {
				return &tasks[i], ref, true
			}
		}
	}
	return nil, artifact.Ref{}, false
}
