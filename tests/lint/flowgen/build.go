package flowgen

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
)

// Options say what kind of flow to write.
type Options struct {
	Steps int // about how many
	// Plain leaves out decorators, parameters and names of one's own for the first and the last step.
	Plain bool
}

// New makes a flow.
func New(r *rand.Rand, o Options) *Program {
	b := &builder{r: r, used: map[string]bool{"start": true, "end": true}, read: map[string]bool{}, p: &Program{}, plain: o.Plain}
	b.p.Name = pick(r, "Churn", "Demand", "Ranking", "Nightly", "Ingest") + "Flow"
	if !o.Plain {
		for range r.IntN(3) {
			b.p.Parameters = append(b.p.Parameters, b.artifact())
		}
	}
	first, last := "start", "end"
	if !o.Plain && r.IntN(6) == 0 {
		first, last = "begin", "finish"
		b.used[first], b.used[last] = true, true
	}
	b.p.Start = b.step(first)
	w := &way{last: b.p.Start}
	b.work(w)
	b.series(w, o.Steps-2, 0)
	b.p.End = b.step(last)
	b.link(w.last, last)
	w.last = b.p.End
	b.readUnread(w)
	b.arrange()
	return b.p
}

type builder struct {
	r     *rand.Rand
	p     *Program
	used  map[string]bool // names of steps and artifacts
	read  map[string]bool // artifacts that something reads
	plain bool
}

func pick[T any](r *rand.Rand, list ...T) T { return list[r.IntN(len(list))] }

var (
	verbs = []string{"load", "clean", "train", "score", "rank", "plot", "check_rows", "fit_model", "count", "encode", "sample", "evaluate", "fetch", "tune"}
	nouns = []string{"rows", "model", "total", "labels", "table", "errors", "weights", "features", "best", "report_text", "size", "folds", "Ratio", "_cache"}
)

func (b *builder) name(base string) string {
	name := base
	for n := 2; b.used[name]; n++ {
		name = fmt.Sprintf("%s%d", strings.TrimRight(base, "_"), n)
	}
	b.used[name] = true
	return name
}

func (b *builder) artifact() string { return b.name(pick(b.r, nouns...)) }

func (b *builder) step(name string) *Step {
	s := &Step{Name: name}
	if !b.plain && b.r.IntN(5) == 0 {
		s.Decorators = append(s.Decorators, pick(b.r, "retry", "retry(times=2)", "timeout(minutes=5)", "resources(cpu=2, memory=4096)", `environment(vars={"TZ": "UTC"})`))
	}
	b.p.Steps = append(b.p.Steps, s)
	return s
}

func (b *builder) anyStep() *Step { return b.step(b.name(pick(b.r, verbs...))) }

func (b *builder) join() *Step {
	s := b.step(b.name("join_" + pick(b.r, verbs...)))
	s.Inputs = pick(b.r, "inputs", "inputs", "inputs", "branches")
	return s
}

func (b *builder) link(s *Step, to ...string) { s.Next = &Next{Targets: to} }

// say adds a statement and books what it reads and sets.
func (b *builder) say(w *way, s *Stmt) {
	for _, name := range slices.Concat(s.Reads, s.Inputs) {
		b.read[name] = true
	}
	w.set(s.Sets...)
	w.last.Body = append(w.last.Body, s)
}

// work lets the step do something: read what is there, set what is new.
func (b *builder) work(w *way) {
	for range b.r.IntN(3) {
		b.say(w, b.statement(w))
	}
}

func (b *builder) statement(w *way) *Stmt {
	readable := w.alive.with(b.p.Parameters...)
	if len(readable) == 0 || b.r.IntN(3) == 0 {
		name := b.artifact()
		return &Stmt{Text: fmt.Sprintf("self.%s = %s", name, pick(b.r, "1", "[1, 2]", `"text"`, `{"a": 1.5}`, "None")), Sets: []string{name}}
	}
	x, y := pick(b.r, readable...), pick(b.r, readable...)
	switch b.r.IntN(5) {
	case 0:
		return &Stmt{Text: fmt.Sprintf("print(f\"{self.%s} and {self.%s!r}\")", x, y), Reads: []string{x, y}}
	case 1:
		name := b.artifact()
		return &Stmt{Text: fmt.Sprintf("self.%s = [self.%s, str(self.%s)]", name, x, y), Sets: []string{name}, Reads: []string{x, y}}
	case 2:
		name := b.artifact()
		return &Stmt{Text: fmt.Sprintf("if self.%s:\n    self.%s = 1\nelse:\n    self.%s = 2", x, name, name), Sets: []string{name}, Reads: []string{x}}
	case 3:
		name := b.artifact()
		return &Stmt{Text: fmt.Sprintf("local = str(self.%s)\nself.%s = len(local)", x, name), Sets: []string{name}, Reads: []string{x}}
	}
	name := b.artifact()
	return &Stmt{Text: fmt.Sprintf("self.%s = len(str(self.%s))  # of %s", name, x, x), Sets: []string{name}, Reads: []string{x}}
}

// readUnread lets the step read what nothing has read and what would be lost.
func (b *builder) readUnread(w *way) {
	for _, name := range w.alive {
		if !b.read[name] {
			b.say(w, &Stmt{Text: fmt.Sprintf("print(self.%s)", name), Reads: []string{name}})
		}
	}
}

// arrange brings the steps into another order, which means nothing to Python.
func (b *builder) arrange() {
	if b.r.IntN(4) == 0 {
		b.r.Shuffle(len(b.p.Steps), func(i, j int) { b.p.Steps[i], b.p.Steps[j] = b.p.Steps[j], b.p.Steps[i] })
	}
}
