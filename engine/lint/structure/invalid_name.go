package structure

import "strings"

func checkInvalidName(c *checker) {
	for _, n := range c.certain() {
		bad := strings.IndexFunc(n.Name, func(r rune) bool {
			return r != '_' && (r < 'a' || r > 'z') && (r < '0' || r > '9')
		})
		if bad >= 0 || strings.HasPrefix(n.Name, "_") {
			c.report(n.Step.NameRange, "A step's name has lower-case ASCII letters, digits and underscores, and starts with no underscore.",
				"%q can't be the name of a step", n.Name)
		}
	}
}
