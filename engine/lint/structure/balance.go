package structure

import (
	"slices"

	"github.com/spindle-flow/spindle/engine/graph"
)

// verdict is what is wrong with a join.
type verdict int

const (
	joinFine verdict = iota
	joinWithoutSplit
	joinBranches
	joinUnrelated
)

// judgement is the verdict on one join.
type judgement struct {
	join     *graph.Node // of the mended graph
	verdict  verdict
	split    *graph.Node // the split it would close
	branches []string    // the branches that lead to it
}

// judgeJoins judges every join once, in topological order. A join behind a faulty one is judged only if the split it closes is behind it too:
// else its fault may be the other's.
func (c *checker) judgeJoins() []judgement {
	if c.judged {
		return c.judgements
	}
	c.judged = true
	var out []judgement
	for _, name := range c.mended.Order {
		n := c.mended.Node(name)
		if n.Type != graph.TypeJoin {
			continue
		}
		for _, j := range c.judge(n) {
			if c.sound(c.region(j)) && !c.mended.broken[name] {
				out = append(out, j)
			}
		}
		for _, j := range out {
			c.faulty[j.join.Name] = true
		}
	}
	c.judgements = out
	return out
}

// region is the part of the graph that a verdict is about: all that a split leads to before its join, or for a join without
// a split all that leads to it.
func (c *checker) region(j judgement) map[string]bool {
	if j.split == nil {
		region := c.mended.reach(j.join.Name, back)
		delete(region, j.join.Name)
		return region
	}
	region := c.mended.reach(j.split.Name, forward)
	for name := range c.mended.reach(j.join.Name, forward) {
		delete(region, name)
	}
	return region
}

// judge compares the branches that lead to a join with those of the split it closes, for each split it can be reached from.
func (c *checker) judge(n *graph.Node) []judgement {
	var out []judgement
	seen := map[string]bool{}
	for _, f := range c.mended.Stacks(n.Name) {
		key := ""
		if f != nil {
			key = f.Split
		}
		if seen[key] {
			continue
		}
		seen[key] = true
		if f == nil {
			return []judgement{{join: n, verdict: joinWithoutSplit}}
		}
		split := c.mended.Node(f.Split)
		branches, same := c.incoming(n)
		switch {
		case !equalSets(branches, split.Out) && c.foreign(branches, split):
			out = append(out, judgement{n, joinUnrelated, split, branches})
		case !equalSets(branches, split.Out):
			out = append(out, judgement{n, joinBranches, split, branches})
		case !same:
			out = append(out, judgement{n, joinUnrelated, split, branches})
		}
	}
	if len(out) > 1 {
		out = out[:1]
	}
	return out
}

// incoming lists the branches by which steps lead to a join, and whether all of them are open to the same splits.
func (c *checker) incoming(n *graph.Node) (branches []string, same bool) {
	same = true
	var open []string
	for i, name := range c.reachableIn(n) {
		from := c.mended.Node(name)
		if k := len(from.SplitBranches); k > 0 && !slices.Contains(branches, from.SplitBranches[k-1]) {
			branches = append(branches, from.SplitBranches[k-1])
		}
		splits := from.SplitParents
		if from.Type == graph.TypeJoin && len(splits) > 0 {
			splits = splits[:len(splits)-1]
		}
		if i > 0 && !slices.Equal(open, splits) {
			same = false
		}
		open = splits
	}
	slices.Sort(branches)
	return branches, same
}

func (c *checker) reachableIn(n *graph.Node) []string {
	var out []string
	for _, name := range n.In {
		if c.mended.Node(name).Reachable {
			out = append(out, name)
		}
	}
	return out
}

// foreign reports whether a branch belongs to another split.
func (c *checker) foreign(branches []string, split *graph.Node) bool {
	for _, b := range branches {
		if !slices.Contains(split.Out, b) {
			return true
		}
	}
	return false
}

func equalSets(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	for _, x := range a {
		if !slices.Contains(b, x) {
			return false
		}
	}
	return true
}
