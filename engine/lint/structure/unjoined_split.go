package structure

import (
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

// checkUnjoinedSplit reports splits that are still open at the end.
func checkUnjoinedSplit(c *checker) {
	if c.mended.Start == "" || c.mended.End == "" || c.mended.Start == c.mended.End {
		return
	}
	c.judgeJoins()
	told := map[string]bool{}
	for _, f := range c.mended.Stacks(c.mended.End) {
		if f == nil || told[f.Split] || !c.sound(c.mended.reach(f.Split, forward)) {
			continue
		}
		told[f.Split] = true
		c.reportUnjoined(c.g.Node(f.Split))
	}
}

func (c *checker) reportUnjoined(split *graph.Node) {
	next := split.Step.Next
	d := c.report(next.Range, "", "the branches that step %q starts are never joined", split.Name)
	d.Detail = "Add a join, a step with the arguments " + c.say.JoinArgs() + ", before " + c.mended.End + "."
	d.Relate(c.g.Node(c.mended.End).Step.NameRange, "reached with the branches still open")
	meet := c.meeting(split.Name)
	if meet == nil || meet.Name == c.mended.End {
		return
	}
	d.Relate(meet.Step.NameRange, "the branches meet here")
	d.Detail = "The branches meet at " + meet.Name + ": give it the arguments " + c.say.JoinArgs() + " to make it their join."
	if args := positional(meet.Step); len(args) == 1 && !strings.Contains(args[0].Name, "*") {
		at := graph.Range{File: args[0].Range.File, Start: args[0].Range.End, End: args[0].Range.End}
		d.Replace(at, ", inputs", "Make "+meet.Name+" a join")
	}
}

// meeting is the first step that two branches of a split lead to.
func (c *checker) meeting(split string) *graph.Node {
	for _, name := range c.mended.Order {
		branches := map[string]bool{}
		for _, f := range c.mended.Stacks(name) {
			for ; f != nil; f = f.Outer {
				if f.Split == split {
					branches[f.Branch] = true
				}
			}
		}
		if len(branches) > 1 {
			return c.g.Node(name)
		}
	}
	return nil
}
