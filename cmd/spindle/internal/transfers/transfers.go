// Package transfers shows how transfers to and from an object store go, once they take long enough for somebody to wonder.
package transfers

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/spin"
)

// patience is how long transfers go on unseen.
const patience = time.Second

// maxBar is the widest a bar gets, barFrom the width from which there is room for one.
const (
	maxBar  = 30
	barFrom = 64
)

// Text is one line about transfers, no wider than width; empty when there is nothing to say.
func Text(p objects.Progress, now time.Time, width int, unicode bool) string {
	took := now.Sub(p.Since)
	if p.Over || p.Since.IsZero() || took < patience {
		return ""
	}
	words := map[objects.Direction]string{objects.Up: "uploading", objects.Down: "downloading"}[p.Direction]
	done := min(p.Done, p.Total)
	text := fmt.Sprintf("%s %s of %s", words, spin.SizeText(done), spin.SizeText(p.Total))
	if width >= barFrom && p.Total > 0 {
		text = words + " " + bar(float64(done)/float64(p.Total), min(maxBar, width-barFrom+5), unicode) + text[len(words):]
	}
	text += fmt.Sprintf(", %s/s", spin.SizeText(int64(float64(done)/took.Seconds())))
	if p.Objects > 1 {
		text += fmt.Sprintf(", %d objects", p.Objects)
	}
	if len(text) > width { // its characters are one cell wide each
		runes := []rune(text)
		text = string(runes[:min(len(runes), max(width, 0))])
	}
	return text
}

func bar(share float64, width int, unicode bool) string {
	full, empty := "#", "-"
	if unicode {
		full, empty = "━", "─"
	}
	n := int(share * float64(width))
	return strings.Repeat(full, n) + strings.Repeat(empty, width-n)
}

// Line shows transfers on a terminal line of its own, which it takes away when they are over.
type Line struct {
	out     io.Writer
	size    func() streams.Size
	unicode bool
	now     func() time.Time

	mu    sync.Mutex
	shown [2]string // guarded by mu; by direction
}

// NewLine writes to a terminal.
func NewLine(out io.Writer, size func() streams.Size, unicode bool, now func() time.Time) *Line {
	return &Line{out: out, size: size, unicode: unicode, now: now}
}

// Watch shows how transfers go.
func (l *Line) Watch(p objects.Progress) {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := Text(p, l.now(), l.size().Width-1, l.unicode)
	if text == l.shown[p.Direction] {
		return
	}
	l.shown[p.Direction] = text
	for _, other := range l.shown { // one line: the last that changed, or what is left
		if text == "" {
			text = other
		}
	}
	fmt.Fprintf(l.out, "\r%s\x1b[K", text)
}
