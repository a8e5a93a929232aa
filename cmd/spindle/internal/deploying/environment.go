package deploying

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/options"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/config/deploy/wanted"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/objects"
)

// Surroundings are those of an environment as a variant sees it: what spindle.yaml says, over the configuration of the machine. The working folder is the
// project's.
func (p *Project) Surroundings(v *config.Variant) *workspace.Workspace {
	return p.surroundings(p.ws, v)
}

func (p *Project) surroundings(base *workspace.Workspace, v *config.Variant) *workspace.Workspace {
	variables := map[string]string{
		"METAFLOW_FLOW_CONFIG": "", "METAFLOW_FLOW_CONFIG_VALUE": "", // a variant's configs are in its files alone
		"METAFLOW_DEFAULT_DATASTORE": "s3", "METAFLOW_DATASTORE": "", "METAFLOW_DATASTORE_ROOT": "",
	}
	for _, m := range wanted.Variables() {
		if value := m.Value(v); value != "" {
			for _, name := range m.Names {
				variables[name] = value
			}
		}
	}
	if v.Environment.Service.Text != "" {
		variables["METAFLOW_DEFAULT_METADATA"], variables["METAFLOW_METADATA"] = "service", ""
	}
	top := options.NewTop()
	top.Quiet, top.Python, top.Datastore = base.Top.Quiet, base.Top.Python, "s3"
	for i, s := range v.Suffixes {
		if i > 0 {
			top.PackageSuffixes += ","
		}
		top.PackageSuffixes += s.Text
	}
	return base.Over(top, p.Dir(), variables)
}

// Book is what the environment's datastore knows of deployments, with its surroundings.
func (p *Project) Book() (*deploy.Book, *workspace.Workspace, error) {
	at, _ := p.Project.At(p.Environment)
	ws := p.surroundings(p.ws, &config.Variant{Environment: at})
	if err := ws.Prepare(); err != nil {
		return nil, nil, err
	}
	root := ws.Env("METAFLOW_DATASTORE_SYSROOT_S3")
	if root == "" {
		return nil, nil, fault.WithHint(fault.Usagef("%s has no datastore: nothing says where in S3 it is", p),
			"give the environment one in spindle.yaml, datastore: s3://bucket/prefix, or set METAFLOW_DATASTORE_SYSROOT_S3")
	}
	place, err := objects.Parse(root)
	if err != nil {
		return nil, nil, fault.Usagef("datastore: %v", err)
	}
	store, err := ws.Objects()
	if err != nil {
		return nil, nil, err
	}
	return &deploy.Book{Store: store, Root: place, Project: p.Name.Text, Environment: p.EnvironmentName()}, ws, nil
}

// Record is what the project's folder remembers of what was applied; empty where it remembers nothing.
func (p *Project) Record() (*deploy.Record, error) {
	file := p.recordFile()
	none := &deploy.Record{Version: deploy.RecordVersion, Project: p.Name.Text, Environment: p.EnvironmentName()}
	data, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return none, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read what was deployed: %w", err)
	}
	r, err := deploy.DecodeRecord(file, data)
	if err != nil {
		return nil, fault.WithHint(err, "remove the file: the datastore knows what is deployed, and `spindle deploy plan --against live` asks it")
	}
	if r.Project != none.Project {
		return none, nil // the project was renamed: of this one nothing is deployed
	}
	return r, nil
}

// Remember writes down what is deployed.
func (p *Project) Remember(r *deploy.Record) error {
	data, err := r.Encode()
	if err != nil {
		return err
	}
	file := p.recordFile()
	if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
		return fmt.Errorf("remember what is deployed: %w", err)
	}
	if err := disk.WriteFile(file, data, disk.Replace); err != nil {
		return fmt.Errorf("remember what is deployed: %w", err)
	}
	return nil
}
