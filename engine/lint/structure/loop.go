package structure

import (
	"slices"
	"strings"
)

func checkLoop(c *checker) {
	for _, loop := range c.mended.loops {
		last := c.g.Node(loop[len(loop)-1])
		if !c.asWritten(loop) {
			continue // it runs through a guess
		}
		d := c.report(targetRange(last, loop[0]), "A flow runs forward. Only a switch may lead back, and only to itself.",
			"steps form a loop: %s", strings.Join(append(loop, loop[0]), " -> "))
		for _, name := range loop[:len(loop)-1] {
			n := c.g.Node(name)
			d.Relate(targetRange(n, loop[slices.Index(loop, name)+1]), "%q leads to %q", name, loop[slices.Index(loop, name)+1])
		}
	}
}

// asWritten reports whether every transition of a loop stands in the source.
func (c *checker) asWritten(loop []string) bool {
	for i, name := range loop {
		if !slices.Contains(c.g.Node(name).Out, loop[(i+1)%len(loop)]) {
			return false
		}
	}
	return true
}
