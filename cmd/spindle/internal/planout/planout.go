// Package planout shows plans of deployments and what became of them: as text for people, as Markdown for pull requests, as JSON.
//
// Variants with which the same is done for the same reasons stand together: that fifty variants get the new code is one thing to read, not fifty.
package planout

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
	"github.com/spindle-flow/spindle/config/deploy"
)

// Options say how a plan is shown.
type Options struct {
	Palette streams.Palette
	Width   int // of a terminal; 0 for as wide as it is
	Unicode bool
	Full    bool // all settings of new variants, and values whole
	Prune   bool // what left spindle.yaml will be removed
	All     bool // everything will, whatever spindle.yaml says
	// Place makes a place in a file text.
	Place func(d deploy.Difference) string
}

// group are variants with which the same is done.
type group struct {
	changes []*deploy.Change
	lines   []line
	drift   []line // what was changed by hand
	notes   []string
}

// line is one difference.
type line struct {
	name, before, after, at string
	added, removed          bool
}

func (g *group) first() *deploy.Change { return g.changes[0] }

// groups puts variants together whose lines are the same, in the order of the first of each.
func groups(p *deploy.Plan, o Options) []*group {
	var out []*group
	known := map[string]*group{}
	for _, c := range p.Changes {
		if c.Action == deploy.Keep {
			continue
		}
		g := &group{changes: []*deploy.Change{c}, lines: lines(c, o), drift: drifts(c, o), notes: notes(c, o)}
		key, _ := json.Marshal([]any{c.Action, texts(g.lines), texts(g.drift), g.notes}) // texts always can be
		if same := known[string(key)]; same != nil {
			same.changes = append(same.changes, c)
			continue
		}
		known[string(key)] = g
		out = append(out, g)
	}
	return out
}

func texts(lines []line) [][3]string {
	out := make([][3]string, len(lines))
	for i, l := range lines {
		out[i] = [3]string{l.name, l.before, l.after}
	}
	return out
}

// brief is how many settings of a new variant are shown where not all are.
const brief = 4

func lines(c *deploy.Change, o Options) []line {
	if c.Action == deploy.Create && !o.Full {
		return nil
	}
	var out []line
	for _, d := range c.Settings {
		out = append(out, lineOf("", d, o))
	}
	for i, d := range c.Files {
		name := "code"
		if i > 0 {
			name = ""
		}
		if i == brief && len(c.Files) > brief+1 && !o.Full {
			out = append(out, line{name: name, after: fmt.Sprintf("and %d more files", len(c.Files)-i)})
			break
		}
		out = append(out, line{name: name, after: d.Name + " " + d.Change})
	}
	return out
}

// drifts are what is not as it was put, by the values of documents.
func drifts(c *deploy.Change, o Options) []line {
	var out []line
	for _, d := range c.Drift {
		if len(d.Values) == 0 {
			out = append(out, line{name: d.Kind, after: d.What})
		}
		for _, v := range d.Values {
			out = append(out, lineOf(d.Kind+" ", v, o))
		}
	}
	return out
}

// byHand stands above what was changed where it is deployed.
const byHand = "not as it was put there:"

// empty says whether there is nothing below the names.
func (g *group) empty() bool { return len(g.lines)+len(g.drift)+len(g.notes) == 0 }

func lineOf(prefix string, d deploy.Difference, o Options) line {
	l := line{name: prefix + d.Name, added: d.Before == nil, removed: d.After == nil}
	if d.Before != nil {
		l.before = value(*d.Before)
	}
	if d.After != nil {
		l.after = value(*d.After)
	}
	if text := items(d); text != "" && !o.Full {
		l.before, l.after = "", text
	}
	if o.Place != nil {
		l.at = o.Place(d)
	}
	return l
}

// longList is how long the text of a list is that is not shown whole.
const longList = 24

// items says which elements a long list lost and got, where that is all there is to say.
func items(d deploy.Difference) string {
	var before, after []any
	if d.Before == nil || d.After == nil || len(*d.Before)+len(*d.After) < 2*longList || json.Unmarshal([]byte(*d.Before), &before) != nil ||
		json.Unmarshal([]byte(*d.After), &after) != nil {
		return ""
	}
	count := map[string]int{}
	text := func(v any) string {
		data, _ := json.Marshal(v) // it was JSON
		return value(string(data))
	}
	for _, v := range before {
		count[text(v)]--
	}
	var parts []string
	for _, v := range after {
		if count[text(v)]++; count[text(v)] > 0 {
			parts = append(parts, "+"+text(v))
		}
	}
	for _, v := range before {
		if t := text(v); count[t] < 0 {
			count[t]++
			parts = append(parts, "-"+t)
		}
	}
	if len(parts) == 0 {
		return "" // another order
	}
	return strings.Join(parts, " ")
}

// value is a JSON value as people write it: texts that are words stand without quotes.
func value(text string) string {
	var s string
	if json.Unmarshal([]byte(text), &s) != nil {
		return text
	}
	plain := s != "" && strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r == '"' || r == '\'' }) < 0
	if plain && !json.Valid([]byte(s)) {
		return s
	}
	return text
}

// notes say why, beside the lines.
func notes(c *deploy.Change, o Options) []string {
	var out []string
	switch c.Action {
	case deploy.Finish:
		out = append(out, "an apply ended while it was at it")
	case deploy.Remove:
		switch {
		case o.All:
		case o.Prune:
			out = append(out, "it is not in spindle.yaml")
		default:
			out = append(out, "it is not in spindle.yaml, and stays there without --prune")
		}
	}
	if c.Owner != "" {
		out = append(out, fmt.Sprintf("%q was deployed by %s, not from here: apply will refuse", c.Name, c.Owner))
	}
	if c.Faulty() {
		out = append(out, "the target cannot run it: see below")
	}
	if c.Applied != nil && c.Wanted != nil && (c.Applied.Name != c.Name || c.Applied.Target != c.Target) {
		out = append(out, fmt.Sprintf("it moves from %q on %s, which is removed", c.Applied.Name, c.Applied.Target))
	}
	return out
}

// cut shortens a text to a number of cells, with a sign that there was more.
func cut(s string, width int, unicode bool) string {
	if runewidth.StringWidth(s) <= width {
		return s
	}
	tail := "..."
	if unicode {
		tail = "…"
	}
	if width <= len(tail) {
		return s
	}
	return runewidth.Truncate(s, width, tail)
}

// oneLine shows a value with newlines as one line.
func oneLine(s string) string { return strings.NewReplacer("\n", " ", "\r", " ", "\t", " ").Replace(s) }

// Summary counts in words: 2 to create, 1 to change, 12 unchanged.
func Summary(p *deploy.Plan, prune bool) string {
	var parts []string
	add := func(n int, text string) {
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, text))
		}
	}
	add(p.Count(deploy.Create), "to create")
	add(p.Count(deploy.Update), "to change")
	add(p.Count(deploy.Repair), "to repair")
	add(p.Count(deploy.Finish), "to finish")
	if prune {
		add(p.Count(deploy.Remove), "to remove")
	} else {
		add(p.Count(deploy.Remove), "to remove (with --prune)")
	}
	add(p.Count(deploy.Keep), "unchanged")
	if len(parts) == 0 {
		return "there are no variants"
	}
	return strings.Join(parts, ", ")
}
