package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/mattn/go-runewidth"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
)

type tagsJSON struct {
	Runs []taggedJSON `json:"runs"`
}

type taggedJSON struct {
	Run    string   `json:"run"` // flow/run
	User   []string `json:"user_tags"`
	System []string `json:"system_tags"`
}

const tagHeading = `
System tags and tags; only tags can be modified
--------------------------------------------------------

`

// tagWidth is how wide lists of tags are at most.
const tagWidth = 124

// printTags shows tags the way Metaflow does: in columns, grouped by run or tag when asked to, bare under --quiet and --flat.
func (a *app) printTags(list []tagged, o tagListOptions) {
	for i := range list {
		slices.Sort(list[i].user)
		slices.Sort(list[i].system)
		if o.hideSystem {
			list[i].system = nil
		}
	}
	switch {
	case a.json:
		a.printTagsJSON(list)
	case o.flat:
		user, system := union(list)
		for _, tag := range append(user, system...) {
			fmt.Fprintln(a.io.Err, tag)
		}
	case a.top.Quiet && o.groupByTag:
		printQuietByTag(a.io.Err, list)
	case a.top.Quiet:
		if !o.groupByRun {
			list = together(list)
		}
		for _, t := range list {
			fmt.Fprintf(a.io.Err, "%s ; %s ; %s\n", t.run, strings.Join(t.system, ","), strings.Join(t.user, ","))
		}
	case o.groupByTag:
		fmt.Fprint(a.io.Out, tagHeading)
		a.printByTag(list)
	default:
		fmt.Fprint(a.io.Out, tagHeading)
		if !o.groupByRun {
			list = together(list)
		}
		for _, t := range list {
			if len(list) > 1 {
				fmt.Fprintf(a.io.Out, "For run %s\n", t.run)
			}
			fmt.Fprintf(a.io.Out, "%s\n", a.columns(t.user, t.system))
		}
	}
}

func (a *app) printTagsJSON(list []tagged) {
	out := tagsJSON{Runs: []taggedJSON{}}
	for _, t := range list {
		out.Runs = append(out.Runs, taggedJSON{t.run, append([]string{}, t.user...), append([]string{}, t.system...)})
	}
	report.WriteJSON(a.io.Out, out)
}

// together is all runs as one, with every tag that any of them has.
func together(list []tagged) []tagged {
	if len(list) < 2 {
		return list
	}
	runs := make([]string, len(list))
	for i, t := range list {
		runs[i] = t.run
	}
	user, system := union(list)
	return []tagged{{strings.Join(runs, ","), user, system}}
}

func union(list []tagged) (user, system []string) {
	seen := map[string]bool{}
	for _, t := range list {
		for _, tag := range t.system {
			if !seen[tag] {
				system = append(system, tag)
			}
			seen[tag] = true
		}
	}
	for _, t := range list {
		for _, tag := range t.user {
			if !seen[tag] {
				user = append(user, tag)
			}
			seen[tag] = true
		}
	}
	slices.Sort(user)
	slices.Sort(system)
	return user, system
}

func byTag(list []tagged) (tags []string, runs map[string][]string, system map[string]bool) {
	runs, system = map[string][]string{}, map[string]bool{}
	for _, t := range list {
		for _, tag := range t.user {
			runs[tag] = append(runs[tag], t.run)
		}
		for _, tag := range t.system {
			runs[tag] = append(runs[tag], t.run)
			system[tag] = true
		}
	}
	return slices.Sorted(maps.Keys(runs)), runs, system
}

func (a *app) printByTag(list []tagged) {
	tags, runs, system := byTag(list)
	for _, tag := range tags {
		shown := tag
		if !system[tag] {
			shown = a.io.OutPalette().Red(tag)
		}
		fmt.Fprintf(a.io.Out, "For tag %s\n%s\n", shown, a.columns(nil, runs[tag]))
	}
}

func printQuietByTag(w io.Writer, list []tagged) {
	tags, runs, system := byTag(list)
	for _, tag := range tags {
		kind := "user"
		if system[tag] {
			kind = "system"
		}
		fmt.Fprintf(w, "%s:%s ; %s\n", kind, tag, strings.Join(runs[tag], ","))
	}
}

// columns lays words out in columns, sorted downwards; those of the first list stand out.
func (a *app) columns(standOut, others []string) string {
	words := append(append([]string{}, standOut...), others...)
	slices.Sort(words)
	width := 0
	for _, w := range words {
		width = max(width, runewidth.StringWidth(w))
	}
	columns := max(1, tagWidth/(width+4))
	rows := (len(words) + columns - 1) / columns
	var b strings.Builder
	for row := range rows {
		var line strings.Builder
		for column := range columns {
			i := column*rows + row
			if column > 0 {
				line.WriteString("    ")
			}
			if i >= len(words) {
				line.WriteString(strings.Repeat(" ", width))
				continue
			}
			word := words[i]
			pad := strings.Repeat(" ", width-runewidth.StringWidth(word))
			if slices.Contains(standOut, word) {
				word = a.io.OutPalette().Red(word)
			}
			line.WriteString(word + pad)
		}
		b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
	}
	return b.String()
}
