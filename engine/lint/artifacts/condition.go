package artifacts

import "github.com/spindle-flow/spindle/engine/graph"

func checkCondition(c *checker) {
	for _, s := range c.reached() {
		t := s.Step.Next
		if t == nil || t.Kind != graph.Switch || t.Condition == "" || c.data.Member(t.Condition) != nil {
			continue
		}
		c.neverThere(s, t.Condition, t.ConditionRange, "the switch of step %q goes by %q, which nothing has set")
	}
}
