package catalog

import "github.com/spindle-flow/spindle/engine/graph"

func packages() []Decorator {
	args := func(of string, fails []graph.LiteralKind) []Arg {
		return []Arg{
			{Name: "packages", Types: []Type{Dict}, Default: "{}", Fails: fails, lead: true, Doc: "Versions of " + of + " packages by name."},
			{Name: "python", Types: []Type{Str}, Default: "None", Doc: "The version of Python, as a text; that of the starting one if not given."},
			{Name: "disabled", Types: []Type{Bool}, Default: "None", Doc: "Whether to use the plain environment instead."},
		}
	}
	conda := func() []Arg {
		return append(args("Conda", notDict()), Arg{Name: "libraries", Types: []Type{Dict}, Default: "{}", Fails: notDict(), Doc: "The older name of packages."})
	}
	return []Decorator{
		{Name: "conda", Level: Step, Doc: "Packages of Conda that the step needs, on top of those of @conda_base.", Args: conda()},
		{Name: "pypi", Level: Step, Doc: "Packages of PyPI that the step needs, on top of those of @pypi_base.", Args: args("PyPI", nil)},
		{Name: "conda_base", Level: Flow, Doc: "Packages of Conda that all steps need.", Args: conda()},
		{Name: "pypi_base", Level: Flow, Doc: "Packages of PyPI that all steps need.", Args: args("PyPI", notDict())},
	}
}

func flows() []Decorator {
	return []Decorator{
		{
			Name: "project", Level: Flow, Doc: "Puts the flow's runs and deployments into a project with branches.",
			Args: []Arg{
				{Name: "name", Types: []Type{Str}, Default: "None", Required: true, lead: true,
					Fails: append([]graph.LiteralKind{graph.LiteralBool}, notText()...), Doc: "The project: lower-case letters, digits and underscores, at most 128."},
				{Name: "branch", Types: []Type{Str}, Default: "None", Fails: notText(), Doc: "The branch; the user's own if not given."},
				{Name: "production", Types: []Type{Bool}, Default: "False", Doc: "Whether this is the production branch."},
			},
		},
		{
			Name: "schedule", Level: Flow, Doc: "When a deployed flow runs; of several times cron counts before weekly, hourly and daily.",
			Args: []Arg{
				{Name: "cron", Types: []Type{Str}, Default: "None", lead: true, Doc: "A cron expression: minute, hour, day of month, month, day of week and, on AWS, year."},
				{Name: "weekly", Types: []Type{Bool}, Default: "False", Doc: "Every Sunday at midnight UTC."},
				{Name: "daily", Types: []Type{Bool}, Default: "True", Doc: "Every day at midnight UTC."},
				{Name: "hourly", Types: []Type{Bool}, Default: "False", Doc: "At the start of every hour."},
				{Name: "timezone", Types: []Type{Str}, Default: "None", Doc: "The time zone of the schedule, by IANA's name; Argo only."},
			},
		},
		{
			Name: "trigger", Level: Flow, Doc: "Starts a deployed flow on an event, or when all of several have come; Argo only.",
			Args: []Arg{
				{Name: "event", Types: []Type{Str, Dict, Function}, Default: "None", lead: true, Doc: "The event: its name, or a dictionary with name and parameters.",
					Fails: []graph.LiteralKind{graph.LiteralInt, graph.LiteralFloat, graph.LiteralList, graph.LiteralTuple, graph.LiteralSet}},
				{Name: "events", Types: []Type{List, Function}, Default: "[]", Doc: "Several events, each as in event.", Fails: notList()},
				{Name: "options", Types: []Type{Dict}, Default: "{}", Doc: "Settings of the event system, like reset_at."},
			},
		},
		{
			Name: "trigger_on_finish", Level: Flow, Doc: "Starts a deployed flow when another one has finished, or all of several; Argo only.",
			Args: []Arg{
				{Name: "flow", Types: []Type{Str, Dict, Function}, Default: "None", lead: true,
					Doc:   "The flow: its name, project.branch.name, or a dictionary with name, project and project_branch.",
					Fails: []graph.LiteralKind{graph.LiteralInt, graph.LiteralFloat, graph.LiteralList, graph.LiteralTuple, graph.LiteralSet}},
				{Name: "flows", Types: []Type{List, Function}, Default: "[]", Doc: "Several flows, each as in flow.", Fails: notList()},
				{Name: "options", Types: []Type{Dict}, Default: "{}", Doc: "Settings of the event system, like reset_at."},
			},
		},
		{
			Name: "exit_hook", Level: Flow, Multiple: true, Doc: "Calls functions when the run has ended.",
			Args: []Arg{
				{Name: "on_success", Types: []Type{Sequence}, Default: "[]", Fails: notSequence(), Doc: "What to call after a good run: functions of the module or their names."},
				{Name: "on_error", Types: []Type{Sequence}, Default: "[]", Fails: notSequence(), Doc: "What to call after a failed run: functions of the module or their names."},
				{Name: "options", Types: []Type{Dict}, Default: "{}", Doc: "Settings of the place where the hook runs."},
			},
		},
	}
}

func sensors() []Decorator {
	common := func(more ...Arg) []Arg {
		return append([]Arg{
			{Name: "timeout", Types: []Type{Number}, Default: "3600", Limits: shouldBe(positive()), Unit: "seconds", Doc: "When the wait fails."},
			{Name: "poke_interval", Types: []Type{Number}, Default: "60", Limits: shouldBe(positive()), Unit: "seconds", Doc: "How often to look."},
			{Name: "mode", Types: []Type{Str}, Default: "reschedule", Values: []string{"poke", "reschedule"}, Doc: "Whether the sensor keeps its slot while it waits."},
			{Name: "exponential_backoff", Types: []Type{Bool}, Default: "True", Doc: "Whether to look ever more seldom."},
			{Name: "pool", Types: []Type{Str}, Default: "None", Doc: "The pool of slots to run in."},
			{Name: "soft_fail", Types: []Type{Bool}, Default: "False", Doc: "Whether a failed wait counts as skipped."},
			{Name: "name", Types: []Type{Str}, Default: "None", Doc: "The sensor's name in Airflow."},
			{Name: "description", Types: []Type{Str}, Default: "None", Doc: "What Airflow shows of the sensor."},
		}, more...)
	}
	return []Decorator{
		{
			Name: "airflow_external_task_sensor", Level: Flow, Multiple: true, Doc: "Makes the flow on Airflow wait for another DAG or its tasks.",
			Args: common(
				Arg{Name: "external_dag_id", Types: []Type{Str}, Default: "None", Required: true, Doc: "The DAG to wait for."},
				Arg{Name: "external_task_ids", Types: []Type{Sequence}, Default: "None", Doc: "Tasks of the DAG to wait for; all of the DAG if not given."},
				Arg{Name: "allowed_states", Types: []Type{List, Str}, Default: `["success"]`, Enforced: true, Doc: "States that end the wait.", Values: []string{
					"queued", "running", "success", "shutdown", "failed", "up_for_retry", "up_for_reschedule", "upstream_failed", "skipped"}},
				Arg{Name: "failed_states", Types: []Type{List, Str}, Default: "None", Doc: "States that fail the wait."},
				Arg{Name: "execution_delta", Types: []Type{Any}, Default: "None", Doc: "How much earlier the other DAG's run is, as a timedelta."},
				Arg{Name: "check_existence", Types: []Type{Bool}, Default: "True", Doc: "Whether to look that the DAG or task exists."},
			),
		},
		{
			Name: "airflow_s3_key_sensor", Level: Flow, Multiple: true, Doc: "Makes the flow on Airflow wait for objects in S3.",
			Args: common(
				Arg{Name: "bucket_key", Types: []Type{Str, List}, Default: "None", Required: true, Doc: "The keys to wait for, or s3:// addresses."},
				Arg{Name: "bucket_name", Types: []Type{Str}, Default: "None", Doc: "The bucket of keys that are no addresses."},
				Arg{Name: "wildcard_match", Types: []Type{Bool}, Default: "False", Doc: "Whether the keys are patterns."},
				Arg{Name: "aws_conn_id", Types: []Type{Str}, Default: "None", Doc: "Airflow's connection to S3."},
				Arg{Name: "verify", Types: []Type{Bool, Str}, Default: "None", Doc: "Whether to verify certificates, or a file of authorities."},
			),
		},
	}
}
