package structure

import (
	"fmt"
	"slices"
)

func checkJoinBranches(c *checker) {
	for _, j := range c.judgeJoins() {
		if j.verdict != joinBranches {
			continue
		}
		var missing []string
		for _, b := range j.split.Out {
			if !slices.Contains(j.branches, b) {
				missing = append(missing, b)
			}
		}
		d := c.report(c.g.Node(j.join.Name).Step.NameRange, "", "join %q gets %s of the branches that %q splits into", j.join.Name, some(j.branches), j.split.Name)
		d.Detail = fmt.Sprintf("Lead the branch of %s to it too, without joining it elsewhere first.", names(missing))
		d.Relate(c.g.Node(j.split.Name).Step.Next.Range, "splits into %s", names(j.split.Out))
		if meet := c.meeting(j.split.Name); meet != nil && meet.Name != j.join.Name && len(positional(meet.Step)) == 1 {
			d.Relate(meet.Step.NameRange, "branches already meet here")
			d.Detail = fmt.Sprintf("Branches meet at %s before they are joined. Lead each of them to the join on a way of its own.", meet.Name)
		}
	}
}

func checkJoinWithoutSplit(c *checker) {
	for _, j := range c.judgeJoins() {
		if j.verdict != joinWithoutSplit {
			continue
		}
		args := positional(j.join.Step)
		d := c.report(args[1].Range, c.say.NotJoin()+", or split before it.", "step %q is a join, but no split is open when it is reached", j.join.Name)
		for _, from := range c.reachableIn(j.join) {
			d.Relate(targetRange(c.g.Node(from), j.join.Name), "%q leads to it", from)
		}
	}
}

func checkUnrelatedSplits(c *checker) {
	for _, j := range c.judgeJoins() {
		if j.verdict != joinUnrelated {
			continue
		}
		d := c.report(c.g.Node(j.join.Name).Step.NameRange, "Join the branches of each split in a step of its own, the innermost first.",
			"join %q gets the branches %s, which are not all of one split", j.join.Name, names(j.branches))
		d.Relate(c.g.Node(j.split.Name).Step.Next.Range, "splits into %s", names(j.split.Out))
		for _, from := range c.reachableIn(j.join) {
			d.Relate(targetRange(c.g.Node(from), j.join.Name), "%q leads to it", from)
		}
	}
}

func some(branches []string) string {
	if len(branches) == 0 {
		return "none"
	}
	return "only " + names(branches)
}
