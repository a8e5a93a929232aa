//go:build e2e

package scheduled

// same are the other flows of the compatibility tests that a deployment can run.
var same = []sameCase{
	{flow: "linear"}, {flow: "foreach"}, {flow: "foreach_nested"}, {flow: "foreach_deep"}, {flow: "foreach_in_switch"}, {flow: "foreach_kinds"},
	{flow: "foreach_single"}, {flow: "foreach_split"}, {flow: "foreach_values"}, {flow: "split"}, {flow: "nested_split"}, {flow: "switch"}, {flow: "switch_keys"},
	{flow: "recursion"}, {flow: "merge_conflict", exit: 1}, {flow: "retry"}, {flow: "retry_exhausted", exit: 1}, {flow: "retry_none", exit: 1}, {flow: "catch"},
	{flow: "catch_retry_timeout"}, {flow: "timeout_fails", exit: 1}, {flow: "custom_ends"}, {flow: "custom_start_split"}, {flow: "single_step"}, {flow: "constants"},
	{flow: "inherit"}, {flow: "artifacts_objects"}, {flow: "logs"}, {flow: "environment"}, {flow: "project"}, {flow: "params_default"}, {flow: "fail_step", exit: 1},
	{flow: "fail_hard_exit", exit: 1}, {flow: "fail_exit", exit: 1}, {flow: "fail_unpicklable", exit: 1}, {flow: "fail_empty_foreach", exit: 1},
	{flow: "fail_switch", exit: 1}, {flow: "merge"},
	{
		flow: "current_fields", args: []string{"--tag", "first", "--tag", "second", "--alpha", "3"}, input: `{"alpha": "3"}`,
	},
	{
		flow: "params_types",
		args: []string{"--text", "two words", "--count", "-3", "--ratio", "2.5e-3", "--flag", "true", "--shape", `{"a": [1, null, "é"]}`, "--names", "x,y,,z",
			"--many", "1", "--many", "2", "--empty", "", "--dash-ed", "4"},
		input: `{"text":"two words","count":-3,"ratio":2.5e-3,"flag":true,"shape":{"a":[1,null,"é"]},"names":"x,y,,z","many":[1,2],"empty":"","dash-ed":4}`,
	},
}
