package stepfunctions

import (
	"math"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/scheduled"
)

// told is where the state data has what a task told for the machine.
const told = "$.Told.Object"

// first is the machine's first state. Metaflow reads there who owns the machine, and which token allows to change it: as if it were the job of the
// start step, which it is in Metaflow's machines. What goes on from there is only Data.
func (c *compiler) first() *state {
	owned := params{"metaflow.owner": c.owner, "metaflow.production_token": c.token, "metaflow.flow_name": c.flow}
	for name, value := range c.labels {
		owned[name] = value
	}
	return &state{
		Type: "Pass",
		Parameters: params{
			"Parameters": owned,
			"ContainerOverrides": overrides{[]variable{
				constant("METAFLOW_OWNER", c.owner), constant("METAFLOW_PRODUCTION_TOKEN", c.token), constant("SFN_STATE_MACHINE", c.name),
			}},
			"Data": params{
				"Deployment": c.deployment, "Execution.$": "$$.Execution.Name", "Given.$": "$$.Execution.Input", "Empty": params{"Parameters": "{}"},
			},
		},
		OutputPath: "$.Data", Next: input,
	}
}

// read takes the parameters out of the execution's input. Without any they are an empty object: people start executions by hand.
func (c *compiler) read(start string) *state {
	p := params{"Deployment.$": "$.Deployment", "Execution.$": "$.Execution", "Input.$": "States.JsonMerge($.Empty, $.Given, false)"}
	if c.several(c.g.Start) {
		p["Loop"], p["Turn"], p["From"] = 0, "", ""
	}
	return &state{Type: "Pass", Parameters: p, Next: start}
}

// stepped is the state data on the way from one step to another where a switch leads back to itself: it counts its tasks from 0.
func (r *region) stepped(from, to *graph.Node) params {
	p := params{"Deployment.$": "$.Deployment", "Execution.$": "$.Execution"}
	if r.depth > 0 {
		p["Path.$"] = "$.Path"
	} else {
		p["Input.$"] = "$.Input"
	}
	if from.Recursive {
		p["From.$"] = looped(from)
	} else {
		p["From"] = from.Name
	}
	switch {
	case from == to:
		p["Loop.$"] = "States.MathAdd($.Loop, 1)"
		p["Turn.$"] = format(".{}", "States.MathAdd($.Loop, 1)")
	case to.Recursive:
		p["Loop"], p["Turn"] = 0, ""
	}
	return p
}

// looped names a task of a switch that leads back to itself, as the task that follows is told it.
func looped(n *graph.Node) string { return format(quoted(n.Name)+".{}", "$.Loop") }

// task runs the job of a step.
func (r *region) task(n *graph.Node) *state {
	j := r.jobs[n.Name]
	s := &state{Type: "Task", Resource: r.resource("batch:submitJob.sync"), ResultPath: nowhere, Retry: []retrier{throttled}}
	s.Parameters = submission{
		JobName: jobName(r.flow, n.Name), JobQueue: j.queue, JobDefinition: j.definition,
		Timeout: map[string]int64{"AttemptDurationSeconds": int64(math.Ceil(j.runTime.Seconds()))},
		Tags:    j.tags, ContainerOverrides: overrides{r.coordinates(n)},
	}
	if j.attempts > 0 {
		s.Retry = append(s.Retry, retrier{
			ErrorEquals: []string{"States.TaskFailed"}, MaxAttempts: j.attempts, IntervalSeconds: max(1, int(math.Ceil(j.wait.Seconds()))), BackoffRate: 1,
		})
	}
	return s
}

// throttled is what is tried again because there was too much at once, or the service was at fault: the job was not even submitted.
var throttled = retrier{
	ErrorEquals:     []string{"Batch.AWSBatchException", "Batch.TooManyRequestsException", "Batch.ServerException"},
	IntervalSeconds: 2, MaxAttempts: 10, BackoffRate: 2, MaxDelaySeconds: 60, JitterStrategy: "FULL",
}

// unread is what is tried again because the object store did not answer.
var unread = retrier{ErrorEquals: []string{"States.TaskFailed"}, IntervalSeconds: 1, MaxAttempts: 6, BackoffRate: 2, JitterStrategy: "FULL"}

// coordinates are the variables that tell a container which task it is.
func (r *region) coordinates(n *graph.Node) []variable {
	list := []variable{
		computed(scheduled.EnvDeployment, "$.Deployment"), computed(scheduled.EnvExecution, "$.Execution"), constant(scheduled.EnvStep, n.Name),
	}
	if r.depth > 0 {
		list = append(list, computed(scheduled.EnvPath, "$.Path"))
	}
	if n.Recursive {
		list = append(list, computed(scheduled.EnvLoop, format("{}", "$.Loop")))
	}
	list = append(list, r.from(n)...)
	if n.Name == r.g.Start {
		list = append(list, computed(scheduled.EnvParameters, "$.Input.Parameters"))
	}
	return list
}

// from tells a task which step led to it: what is the same each time is written down.
func (r *region) from(n *graph.Node) []variable {
	if n.Type == graph.TypeJoin || len(n.In) == 0 && !n.Recursive {
		return nil
	}
	if r.several(n.Name) {
		return []variable{computed(scheduled.EnvFrom, "$.From")}
	}
	parent := r.g.Node(n.In[0])
	if parent.Recursive {
		return []variable{computed(scheduled.EnvFrom, looped(parent))}
	}
	return []variable{constant(scheduled.EnvFrom, parent.Name)}
}

// told reads what the task of a step has left for the machine, and goes on at next.
func (r *region) told(n *graph.Node, next string) string {
	name := r.names.make(r, n.Name, "told")
	r.add(name, &state{
		Type: "Task", Resource: r.resource("aws-sdk:s3:getObject"), Parameters: r.object(n, ".json"),
		ResultSelector: params{"Object.$": "States.StringToJson($.Body)"}, ResultPath: "$.Told", Retry: []retrier{unread}, Next: next,
	})
	return name
}

// object is an object that the task of a step has left.
func (r *region) object(n *graph.Node, suffix string) params {
	text := quoted(scheduled.RunFolder(r.root, r.flow, RunPrefix).Key) + "{}" + quoted("/"+n.Name+"/t")
	args := []string{"$.Execution"}
	if r.depth > 0 {
		text, args = text+"-{}", append(args, "$.Path")
	}
	if n.Recursive {
		text, args = text+"{}", append(args, "$.Turn") // the first task's id has no count
	}
	return params{"Bucket": r.root.Bucket, "Key.$": format(text+quoted(suffix), args...)}
}

func (p *plan) resource(name string) string { return "arn:" + p.partition + ":states:::" + name }

func constant(name, value string) variable { return variable{Name: name, Value: &value} }

func computed(name, path string) variable { return variable{Name: name, Path: path} }

// format is the intrinsic function States.Format; what is no place for an argument in text is [quoted].
func format(text string, args ...string) string {
	return "States.Format('" + text + "', " + strings.Join(args, ", ") + ")"
}

// quoted escapes a text within the quotes of an intrinsic function.
func quoted(text string) string {
	return strings.NewReplacer(`\`, `\\`, `'`, `\'`, `{`, `\{`, `}`, `\}`).Replace(text)
}
