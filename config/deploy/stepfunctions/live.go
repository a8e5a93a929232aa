package stepfunctions

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	ruletypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sfn"
	"github.com/aws/aws-sdk-go-v2/service/sfn/types"

	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/engine/objects"
)

// stranger is the owner of machines that neither Spindle nor Metaflow has made.
const stranger = "somebody who used neither Spindle nor Metaflow"

// deployed is a state machine that is there.
type deployed struct {
	*sfn.DescribeStateMachineOutput
	owned owned
}

// owned is what a machine says of itself in its first state.
type owned struct {
	known        bool // it is Spindle's or Metaflow's
	owner, token string
	identity     *deploy.Identity
	ours         bool
	place        string   // of the helpers' document
	definitions  []string // job definitions it names
}

// find is the machine of a name, nil where there is none.
func (t *Target) find(ctx context.Context, name string) (*deployed, error) {
	arn, err := t.arn(ctx, name)
	if arn == "" || err != nil {
		return nil, err
	}
	out, err := t.States.DescribeStateMachine(ctx, &sfn.DescribeStateMachineInput{StateMachineArn: aws.String(arn)})
	if errors.As(err, new(*types.StateMachineDoesNotExist)) {
		return nil, nil
	}
	if err != nil {
		return nil, statesError("look at state machine "+name, err)
	}
	return &deployed{out, ownedOf([]byte(aws.ToString(out.Definition)))}, nil
}

// must is find for what cannot do without.
func (t *Target) must(ctx context.Context, name string) (*deployed, error) {
	m, err := t.find(ctx, name)
	if err == nil && m == nil {
		err = &deploy.MissingError{Name: name}
	}
	return m, err
}

// arn is that of the machine of a name; empty where there is surely none.
func (t *Target) arn(ctx context.Context, name string) (string, error) {
	if t.Role != "" {
		home, err := accountOf(t.Role)
		return home.machine(t.Region, name), err
	}
	in := &sfn.ListStateMachinesInput{}
	for {
		out, err := t.States.ListStateMachines(ctx, in)
		if err != nil {
			return "", statesError("look for state machine "+name, err)
		}
		for _, m := range out.StateMachines {
			if aws.ToString(m.Name) == name {
				return aws.ToString(m.StateMachineArn), nil
			}
		}
		if in.NextToken = out.NextToken; aws.ToString(in.NextToken) == "" {
			return "", nil
		}
	}
}

// ownedOf reads who a machine belongs to: where Metaflow looks, the parameters of the first state.
func ownedOf(definition []byte) owned {
	type first struct {
		Parameters struct {
			Parameters map[string]any
			Data       struct{ Deployment string }
		}
	}
	var m struct {
		StartAt string
		States  map[string]json.RawMessage
	}
	var s first
	if json.Unmarshal(definition, &m) != nil || json.Unmarshal(m.States[m.StartAt], &s) != nil {
		return owned{}
	}
	o := owned{place: s.Parameters.Data.Deployment, ours: m.StartAt == begin}
	o.owner, _ = s.Parameters.Parameters["metaflow.owner"].(string)
	o.token, _ = s.Parameters.Parameters["metaflow.production_token"].(string)
	o.known = o.owner != "" || o.token != ""
	if text, ok := s.Parameters.Parameters[labelIdentity].(string); ok {
		var i deploy.Identity
		if json.Unmarshal([]byte(text), &i) == nil {
			o.identity = &i
		}
	}
	o.definitions = definitionsIn(definition)
	return o
}

// definitionsIn are the job definitions that a machine names.
func definitionsIn(definition []byte) []string {
	var v any
	if json.Unmarshal(definition, &v) != nil {
		return nil
	}
	var names []string
	var look func(v any)
	look = func(v any) {
		switch v := v.(type) {
		case map[string]any:
			if name, ok := v["JobDefinition"].(string); ok {
				names = append(names, name)
			}
			for _, inner := range v {
				look(inner)
			}
		case []any:
			for _, inner := range v {
				look(inner)
			}
		}
	}
	look(v)
	slices.Sort(names)
	return slices.Compact(names)
}

// Live implements [deploy.Target].
func (t *Target) Live(ctx context.Context, name string) (*deploy.Live, error) {
	m, err := t.find(ctx, name)
	if m == nil || err != nil {
		return nil, err
	}
	live := &deploy.Live{Name: name, Identity: m.owned.identity, Owner: m.owned.owner, Token: m.owned.token, Changed: aws.ToTime(m.CreationDate)}
	if !m.owned.known {
		live.Owner = stranger
	}
	for _, part := range []func(context.Context, *deployed, *deploy.Live) error{t.liveDocument, t.liveJobs, t.liveMachine, t.liveRule} {
		if err := part(ctx, m, live); err != nil {
			return nil, err
		}
	}
	return live, nil
}

func (t *Target) liveDocument(ctx context.Context, m *deployed, live *deploy.Live) error {
	if m.owned.place == "" || t.Store == nil {
		return nil
	}
	place, err := objects.Parse(m.owned.place)
	if err != nil {
		return nil // it was changed by hand; the machine shows that
	}
	data, _, err := t.Store.Bytes(ctx, place)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	live.Documents = append(live.Documents, deploy.Document{Kind: kindDeployment, Name: m.owned.place, Body: reindented(data)})
	return nil
}

// liveJobs: what is in a definition follows from its name, as it cannot be changed once it is there.
func (t *Target) liveJobs(ctx context.Context, m *deployed, live *deploy.Live) error {
	if !m.owned.ours {
		return nil
	}
	for _, name := range m.owned.definitions {
		active, err := t.Jobs.Active(ctx, name)
		if err != nil {
			return err
		}
		if active {
			live.Documents = append(live.Documents, deploy.Document{Kind: kindJob, Name: name})
		}
	}
	return nil
}

func (t *Target) liveMachine(_ context.Context, m *deployed, live *deploy.Live) error {
	settings := machineSettings{Name: live.Name, Type: string(m.Type), RoleArn: aws.ToString(m.RoleArn), Logging: logging{Level: "OFF"}}
	if l := m.LoggingConfiguration; l != nil && l.Level != "" {
		settings.Logging = logging{Level: string(l.Level), Data: l.IncludeExecutionData}
		for _, d := range l.Destinations {
			if d.CloudWatchLogsLogGroup != nil {
				settings.Logging.Destinations = append(settings.Logging.Destinations, destination{group{aws.ToString(d.CloudWatchLogsLogGroup.LogGroupArn)}})
			}
		}
	}
	body, err := indented(settings)
	live.Documents = append(live.Documents,
		deploy.Document{Kind: MachineDocument, Name: live.Name, Body: reindented([]byte(aws.ToString(m.Definition)))},
		deploy.Document{Kind: kindSettings, Name: live.Name, Body: body})
	return err
}

func (t *Target) liveRule(ctx context.Context, _ *deployed, live *deploy.Live) error {
	name := RuleName(live.Name)
	r, err := t.Rules.DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: aws.String(name)})
	if errors.As(err, new(*ruletypes.ResourceNotFoundException)) {
		return nil
	}
	if err != nil {
		return rulesError("look at rule "+name, err)
	}
	body, err := indented(rule{name, aws.ToString(r.ScheduleExpression), string(r.State), aws.ToString(r.Description)})
	if err != nil {
		return err
	}
	live.Documents = append(live.Documents, deploy.Document{Kind: kindRule, Name: name, Body: body})
	found, err := t.Rules.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{Rule: aws.String(name)})
	if err != nil {
		return rulesError("look at the targets of rule "+name, err)
	}
	if len(found.Targets) == 0 {
		return nil
	}
	list := ruleTargets{Rule: name}
	for _, target := range found.Targets {
		list.Targets = append(list.Targets, ruleTarget{aws.ToString(target.Id), aws.ToString(target.Arn), aws.ToString(target.RoleArn), aws.ToString(target.Input)})
	}
	if body, err = indented(list); err != nil {
		return err
	}
	live.Documents = append(live.Documents, deploy.Document{Kind: kindTargets, Name: name, Body: body})
	return nil
}
