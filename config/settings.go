package config

import (
	"cmp"
	"slices"
	"strings"
)

// order is that of settings in a list: what runs, where, when, with what.
func order() []string {
	return []string{
		"flow", "target", "compute", "datastore", "datatools", "region", "endpoint", "service", "roles", "production", "branch", "queue", "image",
		"configs", "set", "parameters", "schedule", "triggers", "resources", "timeouts", "limit", "max_workers", "env", "with", "tags", "namespace",
		"package_suffixes", "step-functions",
	}
}

func sortSettings(list []Setting) {
	places := map[string]int{}
	for i, key := range order() {
		places[key] = i + 1
	}
	place := func(s Setting) int {
		key, _, _ := strings.Cut(s.Name, ".")
		return places[key]
	}
	slices.SortStableFunc(list, func(a, b Setting) int { return cmp.Or(cmp.Compare(place(a), place(b)), cmp.Compare(a.Name, b.Name)) })
}
