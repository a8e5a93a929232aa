package config

import (
	"regexp"
	"strings"
	"unicode/utf8"
)

// longest are the lengths of names that targets take.
func longest(target string) int {
	switch target {
	case "step-functions":
		return 80
	case "argo":
		return 45
	}
	return 200
}

var plainName = regexp.MustCompile(`[^A-Za-z0-9_.-]`)

// identified reports a name that the target can't take with what makes it one of its own there.
func (r *resolver) identified(v *Variant) {
	parts := []string{v.Project, v.Environment.Name, v.Name}
	if v.Project == "" {
		parts = parts[1:]
	}
	if v.Environment.Name == "" {
		parts = append(parts[:len(parts)-2], v.Name)
	}
	whole, limit := plainName.ReplaceAllString(strings.Join(parts, "."), "-"), longest(v.Target.Text)
	if n := utf8.RuneCountInString(whole); n > limit {
		r.named(v.At, "Shorten the name of the variant, the project or the environment.",
			"the name %q has %d letters, and %s takes %d", whole, n, targetTitle(v.Target.Text), limit)
	}
}

func targetTitle(target string) string {
	switch target {
	case "step-functions":
		return "Step Functions"
	case "argo":
		return "Argo Workflows"
	}
	return "a target"
}
