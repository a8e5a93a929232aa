package machine_test

import (
	"fmt"
	"math/rand/v2"

	"github.com/spindle-flow/spindle/engine/run/machine"
)

// The random flows of the simulation are trees of blocks, so that the reference model can execute the tree without knowing anything of
// edges, scopes or queues.

type blockKind int

const (
	plain blockKind = iota
	split
	foreach
	switched
	loop
	parallel
)

// block is one construct; inner are its branches, cases or body.
type block struct {
	kind  blockKind
	name  string // the step it starts with
	join  string
	inner [][]*block
}

type generator struct {
	r     *rand.Rand
	plan  machine.Plan
	count int
	room  int // how many blocks may still be made
}

// flow makes a random flow.
func (g *generator) flow(room int) []*block {
	g.room = room
	blocks := append(g.sequence(0), &block{kind: plain, name: "end"})
	g.compile(blocks, "", machine.End)
	g.plan.Start, g.plan.End = blocks[0].name, "end"
	return blocks
}

func (g *generator) name() string {
	g.count++
	return fmt.Sprintf("s%d", g.count)
}

// sequence makes blocks one after the other, the last of which can lead to a join.
func (g *generator) sequence(depth int) []*block {
	var blocks []*block
	for {
		b := g.block(depth)
		blocks = append(blocks, b)
		open := b.kind == switched || b.kind == loop // must not lead to a join
		if !open && (g.room <= 0 || g.r.IntN(2) == 0) {
			return blocks
		}
		if open && g.room <= 0 {
			return append(blocks, &block{kind: plain, name: g.name()})
		}
	}
}

func (g *generator) block(depth int) *block {
	g.room--
	b := &block{name: g.name()}
	if g.room <= 0 || depth > 3 {
		return b
	}
	b.kind = blockKind(g.r.IntN(6))
	switch b.kind {
	case split, switched:
		for range 2 + g.r.IntN(2) {
			b.inner = append(b.inner, g.sequence(depth+1))
		}
	case foreach:
		b.inner = [][]*block{g.sequence(depth + 1)}
	case parallel:
		b.inner = [][]*block{{{kind: plain, name: g.name()}}}
	}
	if b.kind == split || b.kind == foreach || b.kind == parallel {
		b.join = g.name()
	}
	return b
}

// compile writes the steps of blocks whose last one leads to next.
func (g *generator) compile(blocks []*block, next string, last machine.Kind) {
	for i, b := range blocks {
		to, kind := next, last
		if i+1 < len(blocks) {
			to, kind = blocks[i+1].name, machine.Linear
		}
		g.compileBlock(b, to, kind)
	}
}

func (g *generator) compileBlock(b *block, next string, kind machine.Kind) {
	out := []string{next}
	if next == "" {
		out = nil
	}
	step := machine.Step{Name: b.name, Kind: kind, Next: out, UserRetries: g.r.IntN(3), ErrorRetries: g.r.IntN(2) * 3}
	switch b.kind {
	case loop:
		step.Kind, step.Next = machine.Switch, []string{b.name, next}
	case split, switched, foreach, parallel:
		step.Kind = map[blockKind]machine.Kind{split: machine.Split, switched: machine.Switch, foreach: machine.Foreach, parallel: machine.Parallel}[b.kind]
		step.Next = nil
		for _, inner := range b.inner {
			step.Next = append(step.Next, inner[0].name)
			after := next
			if b.join != "" {
				after = b.join
			}
			g.compile(inner, after, machine.Linear)
		}
	}
	g.plan.Steps = append(g.plan.Steps, step)
	if b.join != "" {
		g.plan.Steps = append(g.plan.Steps, machine.Step{Name: b.join, Kind: kind, Next: out, Join: true})
	}
}
