package deploy

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Setting is one of the things that a variant is made of.
type Setting struct {
	// Name is dotted, as it stands in spindle.yaml; values of configs are below config.
	Name string `json:"name"`
	// Value is JSON.
	Value string `json:"value"`
	// At is where it was said: in spindle.yaml or a config's file.
	At graph.Range `json:"-"`
}

// Sum is the hash of settings: of names and values in order.
func Sum(settings []Setting) string {
	h := sha256.New()
	for _, s := range settings {
		line, _ := json.Marshal([2]string{s.Name, s.Value}) // texts always can be
		h.Write(append(line, '\n'))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Difference is a setting that is not what it was. Before or After is nil where it was not there.
type Difference struct {
	Name   string      `json:"name"`
	Before *string     `json:"before"`
	After  *string     `json:"after"`
	At     graph.Range `json:"-"` // of what it is now
}

// Compare lists the differences between two lists of settings, in the order of the new one; those that went come where they were, as near as that can be said.
func Compare(before, after []Setting) []Difference {
	old := map[string]Setting{}
	for _, s := range before {
		old[s.Name] = s
	}
	position := map[string]int{}
	var out []Difference
	for i, s := range after {
		position[s.Name] = i
		switch was, ok := old[s.Name]; {
		case !ok:
			out = append(out, Difference{Name: s.Name, After: &s.Value, At: s.At})
		case was.Value != s.Value:
			out = append(out, Difference{Name: s.Name, Before: &was.Value, After: &s.Value, At: s.At})
		}
	}
	at := -1
	for _, s := range before {
		if i, kept := position[s.Name]; kept {
			at = i
			continue
		}
		out = append(out, Difference{Name: s.Name, Before: &s.Value})
		position[s.Name] = at
	}
	slices.SortStableFunc(out, func(a, b Difference) int { return cmp.Compare(position[a.Name], position[b.Name]) })
	return out
}

// Files are the files of a flow's code, by their names from the package's top, with hashes of their contents.
type Files map[string]string

// Sum is the hash of the code.
func (f Files) Sum() string {
	names := make([]string, 0, len(f))
	for name := range f {
		names = append(names, name)
	}
	slices.Sort(names)
	h := sha256.New()
	for _, name := range names {
		h.Write([]byte(name + "\x00" + f[name] + "\n"))
	}
	return hex.EncodeToString(h.Sum(nil))
}

// FileDifference is a file that is not what it was.
type FileDifference struct {
	Name   string `json:"name"`
	Change string `json:"change"` // added, changed, removed
}

// CompareFiles lists the differences between two states of a flow's code, by name.
func CompareFiles(before, after Files) []FileDifference {
	var out []FileDifference
	for name, hash := range after {
		switch was, ok := before[name]; {
		case !ok:
			out = append(out, FileDifference{name, "added"})
		case was != hash:
			out = append(out, FileDifference{name, "changed"})
		}
	}
	for name := range before {
		if _, ok := after[name]; !ok {
			out = append(out, FileDifference{name, "removed"})
		}
	}
	slices.SortFunc(out, func(a, b FileDifference) int { return cmp.Compare(a.Name, b.Name) })
	return out
}
