package structure

// reserved are names that every flow has for something else.
var reserved = map[string]string{
	"name":  "the flow's name",
	"next":  "the method that names the next step",
	"input": "the item of a foreach",
	"index": "the place of that item",
	"cmd":   "a method of every flow",
}

func checkReservedName(c *checker) {
	for _, n := range c.certain() {
		if use := reserved[n.Name]; use != "" {
			c.report(n.Step.NameRange, "In a flow it is "+use+". Choose another name.", "a step can't be called %q", n.Name)
		}
	}
}
