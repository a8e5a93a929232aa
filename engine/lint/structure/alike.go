package structure

import (
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
)

// suggestion returns the step whose name is most like one that is none, empty if none is alike. From is the step that names it.
func suggestion(from, name string, g *graph.Graph) string {
	best, limit := "", max(1, len(name)/3)
	w := newWord(name)
	for n := range g.All() {
		if d := w.distance(n.Name, limit); d <= limit && n.Name != g.Start && n.Name != from {
			if d < limit || best == "" {
				best, limit = n.Name, d
			}
		}
	}
	return best
}

// word is compared with many others.
type word struct {
	bytes            int
	letters, other   []rune
	older, prev, row []int // lines of the table, used again for each other word
}

func newWord(text string) *word { return &word{bytes: len(text), letters: []rune(text)} }

// distance counts the letters to insert, drop, change or swap to get to another word; more than the limit is told as limit+1.
func (w *word) distance(other string, limit int) int {
	if w.bytes-len(other) > limit || len(other)-w.bytes > limit {
		return limit + 1
	}
	w.other = append(w.other[:0], []rune(other)...)
	x, y := w.letters, w.other
	older, prev, row := line(w.older, len(y)), line(w.prev, len(y)), line(w.row, len(y))
	w.older, w.prev, w.row = older, prev, row
	for j := range prev {
		prev[j] = j
	}
	for i := range x {
		row[0] = i + 1
		for j := range y {
			change := prev[j]
			if x[i] != y[j] {
				change++
			}
			row[j+1] = min(prev[j+1]+1, row[j]+1, change)
			if i > 0 && j > 0 && x[i] == y[j-1] && x[i-1] == y[j] {
				row[j+1] = min(row[j+1], older[j-1]+1)
			}
		}
		if slices.Min(row) > limit {
			return limit + 1
		}
		older, prev, row = prev, row, older
	}
	return prev[len(y)]
}

// line is a line of the table for a word of some length, in the place of an older one if there is room.
func line(old []int, letters int) []int {
	return slices.Grow(old[:0], letters+1)[:letters+1]
}
