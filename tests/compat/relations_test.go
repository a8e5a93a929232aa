package compat

import (
	"slices"
	"strings"
	"testing"
)

// relations are the true parents and children of tasks, as chains of task names, for runs of which metaflow's client says something
// else: it looks for relatives by foreach indices and by what a path begins with, so that the rounds of a loop are all related to one another,
// tasks after a switch are named twice, copies in a resumed run can lose their relatives, and a task without data raises KeyError.
// Spindle's client follows the inputs that were recorded or can be told from the graph.
var relations = map[string][][]string{
	"recursion":        {{"start halve#0 halve#1 halve#2 halve#3 after end"}},
	"resume_recursion": {{"start again#0 again#1 again#2"}, {"start again#0 again#1 again#2 again#3 done end"}},
	"recursion_in_foreach": {{
		"start prepare[0] climb[0]#0 top[0] join end",
		"start prepare[1] climb[1]#0 climb[1]#1 climb[1]#2 top[1] join",
		"start prepare[2] climb[2]#0 climb[2]#1 top[2] join",
	}},
	"switch_keys":      {{"start high decide yes end"}},
	"fail_unpicklable": {{"start"}},
	"fail_hard_exit":   {{"start"}},
	"resume_switch":    {nil, {"start judge[0] odd[0] meet[0] join end", "start judge[1] even[1] meet[1] join"}},
	"resume_nested": {nil, {
		"start fan[0] leaf[0,0] inner_join[0] outer_join end", "fan[0] leaf[0,1] inner_join[0]",
		"start fan[1] leaf[1,0] inner_join[1] outer_join", "fan[1] leaf[1,1] inner_join[1]",
	}},
}

// relate puts the true relations into the peer's document.
func relate(t *testing.T, f flow, index int, document map[string]any) {
	t.Helper()
	if index >= len(relations[f.Name]) || relations[f.Name][index] == nil {
		return
	}
	parents, children := map[string][]any{}, map[string][]any{}
	for _, chain := range relations[f.Name][index] {
		names := strings.Fields(chain)
		for i := 1; i < len(names); i++ {
			parents[names[i]] = with(parents[names[i]], names[i-1])
			children[names[i-1]] = with(children[names[i-1]], names[i])
		}
	}
	tasks, _ := document["tasks"].(map[string]any)
	for name, value := range tasks {
		task, ok := value.(map[string]any)
		if !ok || name == "_parameters" {
			continue
		}
		if !slices.Contains(strings.Fields(strings.Join(relations[f.Name][index], " ")), name) {
			t.Fatalf("relations of %s: no word on task %s", f.Name, name)
		}
		task["parents"], task["children"] = with(parents[name]), with(children[name])
	}
}

// with adds names to a sorted list.
func with(list []any, names ...any) []any {
	out := []any{}
	for _, name := range append(list, names...) {
		if !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	slices.SortFunc(out, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
	return out
}
