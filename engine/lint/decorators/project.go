package decorators

import (
	"regexp"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
)

var projectWord = regexp.MustCompile(`^[a-z0-9_]*$`)

const longestProject = 128

// checkProject reports names of projects and branches that are refused.
func checkProject(c *checker) {
	for _, u := range c.named("project") {
		for _, name := range []string{"name", "branch"} {
			v := u.Value(name)
			if !u.Settled || v.Kind != graph.LiteralStr || v.Text == "" {
				continue
			}
			switch {
			case !projectWord.MatchString(v.Text):
				d := c.report(v.Range, "Use lower-case letters, digits and underscores only.", "%q can't be the %s of a project", v.Text, word(name))
				if plain := projectLike(v.Text); projectWord.MatchString(plain) {
					d.Replace(v.Range, `"`+plain+`"`, "Change to "+plain)
				}
			case len(v.Text) > longestProject:
				c.report(v.Range, "It can have at most 128 characters.", "the %s of the project has %d characters", word(name), len(v.Text))
			}
		}
	}
}

func word(arg string) string {
	if arg == "branch" {
		return "branch"
	}
	return "name"
}

// projectLike is the name with what is wrong in it made right as one would by hand.
func projectLike(name string) string {
	return strings.NewReplacer("-", "_", " ", "_", ".", "_", "/", "_").Replace(strings.ToLower(name))
}
