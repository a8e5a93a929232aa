package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/engine/disk"
)

type renderOptions struct {
	deployOptions
	width int
}

// indexFile lists what is rendered to a folder, so that what is no longer is taken away the next time.
const indexFile = "index.json"

type renderedIndex struct {
	Project     string             `json:"project"`
	Environment string             `json:"environment"`
	Variants    []*renderedVariant `json:"variants"`
}

type renderedVariant struct {
	Variant   string             `json:"variant"`
	Target    string             `json:"target"`
	Name      string             `json:"name"`
	Identity  deploy.Identity    `json:"identity"`
	Documents []renderedDocument `json:"documents"`
}

type renderedDocument struct {
	Kind   string `json:"kind"`
	Name   string `json:"name"`
	File   string `json:"file"` // from the folder, with slashes
	SHA256 string `json:"sha256"`
}

func newDeployRender(a *app) *cobra.Command {
	o := renderOptions{width: applyWidth}
	cmd := &cobra.Command{
		Use: "render DIR", Short: "Write what would be sent to files",
		Long: text(`Write every document that apply would send to the target to DIR/VARIANT, for tools that apply files, or to look at. Flows are imported as for apply,
but nothing is sent and no credentials are needed. The same files come out for the same project and commit; index.json lists them, and what an earlier
render has written and is no longer wanted is removed.

The documents have the variables of containers: a key of the metadata service among the settings of this machine is among them.`),
		Example: `  spindle deploy render out/prod --env prod
  spindle deploy render out/prod --env prod --variant 'us-*'`,
		Args: arguments(1, 1, "a folder to write to"),
		RunE: func(cmd *cobra.Command, args []string) error { return a.deployRender(cmd.Context(), args[0], &o) },
	}
	o.bind(cmd, true)
	cmd.Flags().IntVar(&o.width, "parallel", o.width, "do `N` variants at once")
	a.bindJSON(cmd)
	return cmd
}

func (a *app) deployRender(ctx context.Context, dir string, o *renderOptions) error {
	d, err := a.deployment(ctx, &o.deployOptions)
	if err != nil {
		return err
	}
	if _, d.base, err = d.project.Book(); err != nil {
		return err
	}
	plan := deploy.Make(d.wanted.Wanted, &deploy.Record{}).Only(d.chosen)
	if found := d.findings(plan); len(found) > 0 {
		a.annotate(found)
		fmt.Fprint(a.io.Err, a.printer(a.io.ErrPalette()).Text(found))
	}
	index, files, err := d.render(ctx, plan, max(o.width, 1))
	if err != nil {
		return err
	}
	index.Project, index.Environment = d.project.Name.Text, d.project.Environment
	if err := writeRendered(a.ws.Abs(dir), index, files); err != nil {
		return fault.Usagef("%v", err)
	}
	if a.json {
		report.WriteJSON(a.io.Out, index)
		return nil
	}
	a.say("%d variants in %d files, written to %s", len(index.Variants), len(files), dir)
	return nil
}

// render makes the documents of a plan's variants. A variant that fails fails all: files that lack one say something else than what would be sent.
func (d *deployment) render(ctx context.Context, plan *deploy.Plan, width int) (*renderedIndex, map[string][]byte, error) {
	index := &renderedIndex{Variants: make([]*renderedVariant, len(plan.Changes))}
	files := map[string][]byte{}
	prepare := d.preparer()
	view := d.newDeployView(plan, len(plan.Changes))
	defer view.close()
	var mu sync.Mutex
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(width)
	for i, c := range plan.Changes {
		g.Go(func() error {
			if c.Faulty() {
				return fmt.Errorf("%s: %w", c.Variant, deploy.ErrFaulty)
			}
			view.event(deploy.Event{Variant: c.Variant, Action: c.Action, Phase: deploy.Preparing})
			target, err := d.naming(c.Target)
			if err != nil {
				return err
			}
			ready, err := prepare(ctx, c.Wanted)
			if err != nil {
				return fmt.Errorf("%s: %w", c.Variant, err)
			}
			docs, err := target.Render(ready.Deployment)
			if err != nil {
				return fmt.Errorf("%s: %w", c.Variant, err)
			}
			mu.Lock()
			defer mu.Unlock()
			index.Variants[i] = renderedOf(c, ready.Deployment, docs, files)
			return nil
		})
	}
	return index, files, g.Wait()
}

func renderedOf(c *deploy.Change, d *deploy.Deployment, docs []deploy.Document, files map[string][]byte) *renderedVariant {
	out := &renderedVariant{Variant: c.Variant, Target: c.Target, Name: c.Name, Identity: d.Identity}
	for _, doc := range docs {
		file := path.Join(c.Variant, fileName(doc.Kind)+"."+fileName(doc.Name)+".json")
		files[file] = append(append([]byte{}, doc.Body...), '\n')
		out.Documents = append(out.Documents, renderedDocument{doc.Kind, doc.Name, file, doc.Sum()})
	}
	return out
}

// fileName makes a document's name one of a file.
func fileName(name string) string {
	return strings.NewReplacer("/", "_", "\\", "_", ":", "_").Replace(name)
}

func writeRendered(dir string, index *renderedIndex, files map[string][]byte) error {
	var before renderedIndex
	data, err := os.ReadFile(filepath.Join(dir, indexFile))
	if err == nil {
		err = json.Unmarshal(data, &before)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%q was not written by render: %w", filepath.Join(dir, indexFile), err)
	}
	for _, v := range before.Variants {
		for _, doc := range v.Documents {
			if _, still := files[doc.File]; !still && filepath.IsLocal(doc.File) {
				_ = os.Remove(filepath.Join(dir, doc.File)) // it may be gone already
			}
		}
		_ = os.Remove(filepath.Join(dir, v.Variant)) // stays where it has something in it
	}
	for name, body := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o777); err != nil {
			return err
		}
		if err := disk.WriteFile(file, body, disk.Replace); err != nil {
			return err
		}
	}
	text, err := json.MarshalIndent(index, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return err
	}
	return disk.WriteFile(filepath.Join(dir, indexFile), append(text, '\n'), disk.Replace)
}
