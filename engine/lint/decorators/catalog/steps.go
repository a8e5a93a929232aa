package catalog

import "github.com/spindle-flow/spindle/engine/graph"

func marks() []Decorator {
	return []Decorator{{
		Name: "step", Level: Mark, Doc: "Makes a method a step of the flow; it stands right above the method, below all other decorators.",
		Args: []Arg{
			{Name: "start", Types: []Type{Bool}, Default: "False", Doc: "The flow starts with this step, whatever its name."},
			{Name: "end", Types: []Type{Bool}, Default: "False", Doc: "The flow ends with this step, whatever its name."},
			{Name: "node_info", Types: []Type{Dict}, Default: "None", Doc: "Free data that is kept with the step in the graph."},
		},
	}}
}

func steps() []Decorator {
	return []Decorator{
		{
			Name: "retry", Level: Step, Doc: "Runs a task of the step again when it fails.",
			Args: []Arg{
				{Name: "times", Types: []Type{Int}, Default: "3", Limits: []Limit{{Relation: ">=", Bound: 0}, {Relation: "<=", Bound: 4, Fails: true}}, Fails: notNumber(), lead: true, Doc: "How often to try again: 0 to 4."},
				{Name: "minutes_between_retries", Types: []Type{Number}, Default: "2", Limits: shouldBe(natural()), Unit: "minutes",
					Doc: "Minutes to wait before the next attempt; a local run does not wait."},
			},
		},
		{
			Name: "catch", Level: Step, Doc: "Lets the flow go on when the step has failed for good, and keeps the exception.",
			Args: []Arg{
				{Name: "var", Types: []Type{Str}, Default: "None", Fails: notText(), lead: true, Doc: "The artifact that gets the exception, None after a success."},
				{Name: "print_exception", Types: []Type{Bool}, Default: "True", Doc: "Whether the exception is printed."},
			},
		},
		{
			Name: "timeout", Level: Step, Doc: "Ends an attempt of the step that takes too long, as if it had failed; the three times add up.",
			Args: []Arg{
				{Name: "seconds", Types: []Type{Int}, Default: "0", Limits: shouldBe(natural()), Unit: "seconds", Fails: notNumber(), Doc: "Seconds of the time."},
				{Name: "minutes", Types: []Type{Int}, Default: "0", Limits: shouldBe(natural()), Unit: "minutes", Fails: notNumber(), Doc: "Minutes of the time."},
				{Name: "hours", Types: []Type{Int}, Default: "0", Limits: shouldBe(natural()), Unit: "hours", Fails: notNumber(), Doc: "Hours of the time."},
			},
		},
		{
			Name: "environment", Level: Step, Doc: "Sets environment variables for the step.",
			Args: []Arg{{Name: "vars", Types: []Type{Dict}, Default: "{}", Fails: notDict(), lead: true, Doc: "The variables by name; values become texts."}},
		},
		{
			Name: "parallel", Level: Step, Doc: "Makes the step a gang of tasks that run at the same time and can talk to one another; its parent gives num_parallel.",
		},
		{
			Name: "pytorch_parallel", Level: Step, Doc: "@parallel, with the environment that torch.distributed expects.",
			Args: []Arg{{Name: "master_port", Types: []Type{Int}, Default: "None", Doc: "The port of the first node; chosen from the run's id when not given."}},
		},
		{
			Name: "secrets", Level: Step, Doc: "Fetches secrets before the step and puts them into its environment.",
			Args: []Arg{
				{Name: "sources", Types: []Type{Sequence}, Default: "[]", lead: true,
					Fails: append([]graph.LiteralKind{graph.LiteralStr, graph.LiteralText, graph.LiteralDict}, notSequence()...),
					Doc:   "Where to fetch from: ids of secrets, or dictionaries with type, id, options and role."},
				{Name: "role", Types: []Type{Str}, Default: "None", Doc: "The role to fetch with."},
				{Name: "allow_override", Types: []Type{Bool}, Default: "False", Doc: "Whether a secret may replace a variable that is set already."},
			},
		},
		card(),
	}
}

func card() Decorator {
	return Decorator{
		Name: "card", Level: Step, Multiple: true, Doc: "Makes a report of the task as a page.",
		Args: []Arg{
			{Name: "type", Types: []Type{Str}, Default: "default", Fails: append([]graph.LiteralKind{graph.LiteralNone}, notText()...), lead: true,
				Doc: "The kind of card: default, blank, or one that a package brings."},
			{Name: "id", Types: []Type{Str}, Default: "None", Fails: notText(), Doc: "Tells several cards of a step apart in current.card."},
			{Name: "options", Types: []Type{Dict}, Default: "{}", Doc: "Options of the kind of card."},
			{Name: "scope", Types: []Type{Str}, Default: "task", Values: []string{"task"}, Doc: "What the card is about."},
			{Name: "rank", Types: []Type{Str}, Default: "None", Values: []string{"high", "medium", "low"}, Doc: "Where an interface lists the card."},
			{Name: "timeout", Types: []Type{Int}, Default: "45", Limits: shouldBe(natural()), Unit: "seconds", Fails: notOptionalNumber(), Doc: "When to give up making the card."},
			{Name: "save_errors", Types: []Type{Bool}, Default: "True", Doc: "Whether a failure to make the card is shown as a card."},
			{Name: "customize", Types: []Type{Bool}, Default: "False", Doc: "Whether this is the card that current.card adds to."},
			{Name: "refresh_interval", Types: []Type{Number}, Default: "5", Limits: shouldBe(natural()), Unit: "seconds", Doc: "How often a card is made anew while the task runs."},
		},
	}
}

func internal() []Decorator {
	return []Decorator{
		{Name: "argo_workflows_internal", Level: Step, Internal: true, Doc: "Attached by the Argo deployer.",
			Args: []Arg{{Name: "auto-emit-argo-events", Types: []Type{Bool}, Default: "True", Doc: "Whether finished tasks send events."}}},
		{Name: "step_functions_internal", Level: Step, Internal: true, Doc: "Attached by the Step Functions deployer."},
		{Name: "airflow_internal", Level: Step, Internal: true, Doc: "Attached by the Airflow deployer."},
		{Name: "unbounded_test_foreach_internal", Level: Step, Internal: true, Doc: "Used by tests of unbounded foreach."},
	}
}
