package deploying

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/options"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/preparing"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/config/deploy/stepfunctions"
	"github.com/spindle-flow/spindle/config/deploy/token"
	"github.com/spindle-flow/spindle/config/deploy/wanted"
	"github.com/spindle-flow/spindle/engine/lint/configs/document"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Prepare makes a variant ready. base is the environment's surroundings; said gets what Python prints.
func (p *Project) Prepare(ctx context.Context, by *preparing.Preparer, base *workspace.Workspace, w *deploy.Wanted, v *config.Variant, said io.Writer) (*deploy.Ready, error) {
	ws := p.surroundings(base, v)
	files, sets := wanted.Configs(v)
	r := preparing.Request{
		Spec: v.Flow.File, Flow: options.Flow{Branch: v.Environment.Branch.Text, Production: v.Environment.Production},
		Configs: workspace.ConfigFlags{Files: files, Sets: sets}, Adjust: func(d *worker.Description) error { return adjust(d, v) },
		Parameters: values(v.Parameters), Out: said, Err: said,
	}
	if v.Flow.Class != "" {
		r.Spec += ":" + v.Flow.Class
	}
	for _, deco := range v.With {
		r.With = append(r.With, deco.Text)
	}
	production := token.First(strings.ToLower(w.Name))
	namespace := "production:" + production
	if v.Namespace.Text != "" {
		namespace = v.Namespace.Text
	}
	r.Namespace, r.View = &namespace, true
	ready, err := by.Prepare(ctx, ws, r)
	if err != nil {
		return nil, err
	}
	d := ready.Deployment
	d.Name, d.Identity = w.Name, w.Identity
	d.Token = production // whoever deploys the same variant of the same project has it, and nobody else's deployment
	d.SystemTags = append(d.SystemTags, Tags(w.Identity)...)
	for _, tag := range v.Tags {
		d.Tags = append(d.Tags, tag.Text)
	}
	d.Target = own(ws, v)
	if err := schedule(d, v); err != nil {
		return nil, err
	}
	if ws.Top.Metadata == "service" {
		d.Environment["METAFLOW_DEFAULT_METADATA"] = "service"
	} else {
		delete(d.Environment, "METAFLOW_DEFAULT_METADATA")
	}
	d.Limit, d.MaxWorkers = v.Limit, v.MaxWorkers
	return &deploy.Ready{Deployment: d, Send: ready.Send}, nil
}

// schedule is what spindle.yaml says, null too, or else what the flow's @schedule does.
func schedule(d *deploy.Deployment, v *config.Variant) (err error) {
	switch {
	case v.Schedule != nil:
		d.Schedule, d.Timezone = v.Schedule.Cron.Text, v.Schedule.Timezone.Text
	case !slices.ContainsFunc(v.Settings, func(s config.Setting) bool { return s.Name == "schedule" }):
		if d.Schedule, d.Timezone, err = stepfunctions.ScheduleOf(d.Description); err != nil {
			return fault.Usagef("%v", err)
		}
	}
	return nil
}

// Tags are the system tags with which runs of a deployment are found.
func Tags(i deploy.Identity) []string {
	short := func(hash string) string { return hash[:min(len(hash), 12)] }
	tags := []string{VariantTag(i.Variant), "deployment_project:" + i.Project, "flow_hash:" + short(i.Flow), "config_hash:" + short(i.Config)}
	if i.Environment != "" {
		tags = append(tags, "environment:"+i.Environment)
	}
	if i.Commit != "" {
		commit := "commit:" + short(i.Commit)
		if i.Dirty {
			commit += "-dirty"
		}
		tags = append(tags, commit)
	}
	return append(tags, "deployed_by:"+i.By)
}

// VariantTag is the tag that all runs of a variant have.
func VariantTag(variant string) string { return "variant:" + variant }

func values(list []config.Value) map[string]json.RawMessage {
	if len(list) == 0 {
		return nil
	}
	out := map[string]json.RawMessage{}
	for _, v := range list {
		out[v.Name] = json.RawMessage(document.Encode(v.Value))
	}
	return out
}

// own are the target's options: what the variant says, and the roles of the surroundings.
func own(ws *workspace.Workspace, v *config.Variant) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for name, variable := range map[string]string{
		"role": "METAFLOW_SFN_IAM_ROLE", "events_role": "METAFLOW_EVENTS_SFN_ACCESS_IAM_ROLE", "log_group": "METAFLOW_SFN_EXECUTION_LOG_GROUP_ARN",
	} {
		if value := ws.Env(variable); value != "" {
			out[name], _ = json.Marshal(value) // texts always can be
		}
	}
	for name, value := range values(v.Options) {
		out[name] = value
	}
	return out
}
