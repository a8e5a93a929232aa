package stepfunctions

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/engine/compute/batch"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/scheduled"
)

// Kinds of documents. What goes by its content comes first, then the machine, which everything switches over with, then what starts it.
const (
	kindDeployment  = "deployment"             // the helpers' document; its name is its place
	kindJob         = "job-definition"         // as RegisterJobDefinition of AWS Batch takes it
	MachineDocument = "state-machine"          // the definition
	kindSettings    = "state-machine-settings" // the rest of what CreateStateMachine takes
	kindRule        = "rule"                   // as PutRule of EventBridge takes it
	kindTargets     = "rule-targets"           // as PutTargets takes it
)

// Render implements [deploy.Target].
func (t *Target) Render(d *deploy.Deployment) ([]deploy.Document, error) {
	o, err := optionsOf(d)
	if err == nil {
		err = o.check(d)
	}
	if err != nil {
		return nil, err
	}
	home, err := accountOf(o.Role)
	if err != nil {
		return nil, err
	}
	r := &rendering{d: d, o: o, home: home}
	for _, part := range []func() error{r.document, r.definitions, r.machine, r.rule} {
		if err := part(); err != nil {
			return nil, fmt.Errorf("%s: %w", d.Name, err)
		}
	}
	return r.docs, nil
}

// rendering is a deployment on its way to documents.
type rendering struct {
	d     *deploy.Deployment
	o     Options
	home  account
	place string // of the helpers' document
	jobs  map[string]*job
	docs  []deploy.Document
}

func (r *rendering) add(kind, name string, body any) error {
	data, err := indented(body)
	r.docs = append(r.docs, deploy.Document{Kind: kind, Name: name, Body: data})
	return err
}

func (r *rendering) document() error {
	doc, err := document(r.d)
	if err != nil {
		return err
	}
	data, place, err := doc.Encode()
	if err != nil {
		return err
	}
	r.place = place.String()
	r.docs = append(r.docs, deploy.Document{Kind: kindDeployment, Name: r.place, Body: reindented(data)})
	return nil
}

// definitions makes the job definitions, one for all steps whose containers are alike.
func (r *rendering) definitions() error {
	boot := scheduled.Bootstrap(r.d.Helpers, r.d.Endpoint, r.d.Region)
	r.jobs = map[string]*job{}
	made := map[string]any{}
	for i := range r.d.Description.Steps {
		described := &r.d.Description.Steps[i]
		step, err := batch.StepOf(described, r.d.Batch)
		switch {
		case err != nil:
			return err
		case step == nil:
			return fmt.Errorf("step %q is not one for AWS Batch", described.Name)
		case step.Queue == "":
			return step.Fault("no job queue is named", "set METAFLOW_BATCH_JOB_QUEUE, or give @batch(queue=…)")
		}
		boot.Executable = step.Executable
		command, err := boot.Command()
		if err != nil {
			return err
		}
		definition, err := step.Deployed(r.o.platform(step), command, r.container(step))
		if err != nil {
			return err
		}
		name := *definition.JobDefinitionName
		made[name] = wire(definition)
		r.jobs[step.Name] = &job{
			definition: name, queue: step.Queue, runTime: step.RunTime, attempts: described.Retries.User + described.Retries.Error, wait: step.Pause,
			tags: r.tags(step),
		}
	}
	for _, name := range slices.Sorted(maps.Keys(made)) {
		if err := r.add(kindJob, name, made[name]); err != nil {
			return err
		}
	}
	return nil
}

// platform is what the containers of a step run on.
func (o Options) platform(s *batch.Step) batch.Platform {
	switch {
	case o.Queues[s.Queue] != "":
		return o.Queues[s.Queue]
	case o.Platform != "":
		return o.Platform
	case s.EphemeralStorage > 0:
		return "FARGATE"
	}
	return "EC2"
}

func (r *rendering) container(s *batch.Step) map[string]string {
	env := maps.Clone(r.d.Container)
	if s.UseTmpfs && s.TmpfsTempdir {
		if env == nil {
			env = map[string]string{}
		}
		env["METAFLOW_TEMPDIR"] = s.TmpfsPath
	}
	return env
}

// tags are those of the jobs of a step.
func (r *rendering) tags(s *batch.Step) map[string]string {
	tags := map[string]string{}
	if s.Tag {
		tags["app"], tags["metaflow.flow_name"], tags["metaflow.step_name"] = "metaflow", r.d.Description.Name, s.Name
		tags["metaflow.version"], tags["metaflow.user"] = "spindle-"+r.d.Version, "SFN"
		maps.Copy(tags, s.Tags)
	}
	maps.Copy(tags, r.o.BatchTags)
	if len(tags) == 0 {
		return nil
	}
	return tags
}

func (r *rendering) machine() error {
	root, err := objects.Parse(r.d.Root)
	if err != nil {
		return err
	}
	root.Key = strings.Trim(root.Key, "/")
	p := &plan{
		g: r.d.Graph, name: r.d.Name, flow: r.d.Description.Name, partition: r.home.partition, deployment: r.place, root: root, owner: r.d.User, token: r.d.Token,
		labels: labels(r.d.Identity), limit: r.d.Limit, maxWorkers: r.d.MaxWorkers, distributed: r.o.Distributed, jobs: r.jobs,
	}
	if err := r.add(MachineDocument, r.d.Name, p.compile()); err != nil {
		return err
	}
	settings := machineSettings{Name: r.d.Name, Type: "STANDARD", RoleArn: r.o.Role, Logging: logging{Level: "OFF"}}
	if r.o.Log {
		settings.Logging = logging{Level: "ALL", Data: true, Destinations: []destination{{group{r.o.LogGroup}}}}
	}
	return r.add(kindSettings, r.d.Name, settings)
}

// machineSettings are what CreateStateMachine takes besides the definition.
type machineSettings struct {
	Name    string  `json:"name"`
	Type    string  `json:"type"`
	RoleArn string  `json:"roleArn"`
	Logging logging `json:"loggingConfiguration"`
}

type logging struct {
	Level        string        `json:"level"`
	Data         bool          `json:"includeExecutionData"`
	Destinations []destination `json:"destinations,omitempty"`
}

type destination struct {
	Group group `json:"cloudWatchLogsLogGroup"`
}

type group struct {
	ARN string `json:"logGroupArn"`
}

// rule makes the schedule.
func (r *rendering) rule() error {
	if r.d.Schedule == "" {
		return nil
	}
	cron, err := Cron(r.d.Schedule)
	if err != nil {
		return err
	}
	name := RuleName(r.d.Name)
	if err := r.add(kindRule, name, rule{name, "cron(" + cron + ")", "ENABLED", "starts the state machine " + r.d.Name + " (Spindle)"}); err != nil {
		return err
	}
	target := ruleTarget{ID: name, ARN: r.home.machine(r.d.Region, r.d.Name), RoleARN: r.o.EventsRole, Input: `{"Parameters": "{}"}`}
	return r.add(kindTargets, name, ruleTargets{name, []ruleTarget{target}})
}

type rule struct {
	Name        string `json:"Name"`
	Schedule    string `json:"ScheduleExpression"`
	State       string `json:"State"`
	Description string `json:"Description"`
}

type ruleTargets struct {
	Rule    string       `json:"Rule"`
	Targets []ruleTarget `json:"Targets"`
}

type ruleTarget struct {
	ID      string `json:"Id"`
	ARN     string `json:"Arn"`
	RoleARN string `json:"RoleArn"`
	Input   string `json:"Input"`
}

// labels are what a machine says of what it is a deployment of, nil for nothing.
func labels(i deploy.Identity) map[string]string {
	if i == (deploy.Identity{}) {
		return nil
	}
	text, err := json.Marshal(i)
	if err != nil {
		return nil // texts and a bool always can be
	}
	return map[string]string{labelIdentity: string(text)}
}

// labelIdentity is the name under which a machine has its [deploy.Identity], as JSON.
const labelIdentity = "spindle.identity"
