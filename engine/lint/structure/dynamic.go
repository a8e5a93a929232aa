package structure

// checkDynamic tells once for each place where the flow can't be followed without running it.
func checkDynamic(c *checker) {
	for _, d := range c.flow.Dynamic {
		c.report(d.Range, "The graph is checked once the flow has been imported.", "%s", d.Reason)
	}
	for _, s := range c.flow.Steps {
		for _, d := range s.Dynamic {
			c.report(d.Range, "It is known only when the step runs.", "%s", d.Reason)
		}
	}
}
