package stepfunctions

import (
	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/engine/scheduled"
)

// document is what the helpers read.
func document(d *deploy.Deployment) (*scheduled.Deployment, error) {
	doc := &scheduled.Deployment{}
	if err := doc.Describe(d.Graph, d.Description, d.Request); err != nil {
		return nil, err
	}
	doc.Source, doc.Root, doc.Datatools = d.SourceFile, d.Root, d.Datatools
	doc.Package, doc.CodeRecord = d.Code, d.CodeRecord
	if d.Environment["METAFLOW_DEFAULT_METADATA"] == "service" {
		doc.Service = d.Environment["METAFLOW_SERVICE_URL"]
	}
	doc.User, doc.Token, doc.Tags, doc.SystemTags, doc.Namespace = d.User, d.Token, d.Tags, d.SystemTags, d.Namespace
	doc.Environment, doc.Engine, doc.Recorded = d.Environment, d.Version, d.Recorded
	doc.GoVersion = d.GoVersion
	doc.Runtime, doc.RunPrefix = Kind, RunPrefix
	doc.Records = map[string]string{"aws-step-functions-state-machine": d.Name}
	doc.Execution = []string{"aws-step-functions-execution"}
	doc.SetDefaults(d.Parameters)
	return doc, nil
}
