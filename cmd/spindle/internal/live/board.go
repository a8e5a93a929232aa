package live

import (
	"strconv"
	"time"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
	"github.com/spindle-flow/spindle/engine/run"
)

// board is what is known about the steps of the run, kept up to date by its events.
type board struct {
	started    time.Time
	steps      []*run.StepProgress // in the order they began
	queued     int
	notStarted int
	stopping   bool
	// unrecorded says that the service which runs are recorded in does not answer.
	unrecorded bool
}

func (b *board) apply(ev run.Event) {
	switch e := ev.(type) {
	case run.RunStarted:
		b.started = e.At
	case run.TaskStarted:
		s := b.step(e.Task.Step, e.At)
		s.Running++
		s.Total = max(s.Total, s.Running+s.Done+s.Failed)
	case run.TaskFinished:
		s := b.step(e.Task.Step, e.At)
		s.Running, s.Done = max(s.Running-1, 0), s.Done+1
	case run.TaskFailed:
		s := b.step(e.Task.Step, e.At)
		s.Running = max(s.Running-1, 0)
		if !e.Retried {
			s.Failed++
		}
	case run.Progress:
		// The engine's own count is right; ours only bridges the time until it comes.
		b.steps = b.steps[:0]
		for _, s := range e.Steps {
			b.steps = append(b.steps, &s)
		}
		b.queued, b.notStarted = e.Queued, len(e.NotStarted)
		if !e.Started.IsZero() {
			b.started = e.Started
		}
	case run.Stopping:
		b.stopping = true
	case run.MetadataDelayed:
		b.unrecorded = true
	case run.MetadataResumed:
		b.unrecorded = false
	}
}

func (b *board) step(name string, at time.Time) *run.StepProgress {
	for _, s := range b.steps {
		if s.Step == name {
			return s
		}
	}
	s := &run.StepProgress{Step: name, Started: at}
	b.steps = append(b.steps, s)
	return s
}

// active are the steps that have tasks running or yet to run.
func (b *board) active() []*run.StepProgress {
	var active []*run.StepProgress
	for _, s := range b.steps {
		if s.Running > 0 || s.Done+s.Failed < s.Total {
			active = append(active, s)
		}
	}
	return active
}

// look is how a picture is drawn: its size, its characters and its colours.
type look struct {
	streams.Size
	palette streams.Palette
	unicode bool
	now     time.Time
}

const (
	maxRows  = 8  // of steps; more would push the log lines off a small screen
	barFrom  = 64 // from this width on there is room for a bar
	maxBar   = 30
	maxName  = 32
	wordFrom = 56 // from this width on there is room for words beside the numbers
)

// picture draws the board: a line per active step and one for the run. No line is wider than the terminal less one cell, so that none wraps.
func (b *board) picture(l look) []string {
	active := b.active()
	if len(active) == 0 {
		return nil
	}
	rows := max(1, min(maxRows, l.Height-4))
	hidden := 0
	if len(active) > rows {
		hidden = len(active) - rows
		active = active[:rows]
	}
	name, count := 0, 0
	for _, s := range active {
		name = max(name, cells.StringWidth(s.Step))
		count = max(count, len(counts(s)))
	}
	name = min(name, maxName, max(6, l.Width/3))
	lines := make([]string, 0, len(active)+1)
	for _, s := range active {
		lines = append(lines, l.step(s, name, count))
	}
	return append(lines, l.total(b, hidden))
}

func (l look) step(s *run.StepProgress, name, count int) string {
	room := l.Width - 1
	text := l.mark(s) + " " + l.palette.Bold(pad(fit(s.Step, name, l.glyphs().more), name))
	used := 2 + name
	add := func(plain string, paint func(string) string) {
		if used+2+cells.StringWidth(plain) > room {
			return
		}
		used += 2 + cells.StringWidth(plain)
		text += "  " + paint(plain)
	}
	plain := func(s string) string { return s }
	many := s.Total > 1
	tail := cells.StringWidth(failures(s)) + cells.StringWidth(running(s)) + 4
	if width := min(maxBar, room-used-2-count-2-7-tail); many && l.Width >= barFrom && width >= 5 {
		add(l.bar(s, width), l.palette.Green)
	}
	if count > 0 {
		add(padLeft(counts(s), count), plain)
	}
	add(padLeft(clock(l.now.Sub(s.Started)), 5), l.palette.Dim)
	if s.Failed > 0 {
		add(failures(s), l.palette.Red)
	}
	if many && l.Width >= wordFrom {
		add(running(s), l.palette.Dim)
	}
	return text
}

// total is the last line: the run as a whole.
func (l look) total(b *board, hidden int) string {
	running := 0
	for _, s := range b.steps {
		running += s.Running
	}
	sep := " " + l.glyphs().dot + " "
	text := strconv.Itoa(running) + " running"
	if b.stopping {
		text = "stopping" + sep + text
	}
	if b.unrecorded {
		text += sep + "metadata service out"
	}
	if b.queued > 0 {
		text += sep + strconv.Itoa(b.queued) + " queued"
	}
	if hidden > 0 {
		text += sep + plural(hidden, "more step", "more steps")
	}
	if b.notStarted > 0 {
		text += sep + plural(b.notStarted, "step", "steps") + " to come"
	}
	text += sep + clock(l.now.Sub(b.started))
	return l.palette.Dim(fit("  "+text, l.Width-1, l.glyphs().more))
}

// mark turns with time where a task runs, so that a quiet run is seen to be alive.
func (l look) mark(s *run.StepProgress) string {
	g := l.glyphs()
	if s.Running == 0 {
		return l.palette.Dim(g.idle)
	}
	frame := int(l.now.UnixMilli()/100) % len(g.spin)
	return l.palette.Green(string(g.spin[max(frame, 0)]))
}

func (l look) bar(s *run.StepProgress, width int) string {
	g := l.glyphs()
	filled := 0
	if s.Total > 0 {
		filled = min(width, width*(s.Done+s.Failed)/s.Total)
	}
	bar := make([]rune, 0, width)
	for i := range width {
		if i < filled {
			bar = append(bar, g.full)
		} else {
			bar = append(bar, g.empty)
		}
	}
	return string(bar)
}

type glyphs struct {
	spin            []rune
	full, empty     rune
	idle, dot, more string
}

func (l look) glyphs() glyphs {
	if l.unicode {
		return glyphs{spin: []rune("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏"), full: '█', empty: '░', idle: "○", dot: "·", more: "…"}
	}
	return glyphs{spin: []rune(`|/-\`), full: '#', empty: '.', idle: "o", dot: "-", more: "~"}
}

func counts(s *run.StepProgress) string {
	if s.Total <= 1 {
		return ""
	}
	return strconv.Itoa(s.Done) + "/" + strconv.Itoa(s.Total)
}

func failures(s *run.StepProgress) string { return strconv.Itoa(s.Failed) + " failed" }
func running(s *run.StepProgress) string  { return strconv.Itoa(s.Running) + " running" }
func itoa(n int) string                   { return strconv.Itoa(n) }

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return itoa(n) + " " + many
}
