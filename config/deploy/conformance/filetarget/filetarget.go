// Package filetarget is a target made of files, for tests of all that works with targets: a folder for each deployment, with its documents and its runs.
//
// It keeps to what [deploy.Target] asks of a scheduler, but nothing ever runs there: a run goes on until a test ends it.
package filetarget

import (
	"cmp"
	"context"
	"crypto/sha1"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/engine/disk"
)

// Kind is the target's name.
const Kind = "files"

// Target keeps deployments below a folder.
type Target struct {
	Dir string
	Now func() time.Time
	// Step, where set, is called before each change of a file, as a remote call would be made: its error ends the call.
	Step func(op string) error

	mu sync.Mutex
}

// head says that a deployment is there. It is written when its documents are, and removed before they are.
type head struct {
	Identity  *deploy.Identity `json:"identity"`
	Owner     string           `json:"owner"`
	Token     string           `json:"token"`
	Changed   time.Time        `json:"changed"`
	Documents [][2]string      `json:"documents"`
}

// Kind implements deploy.Target.
func (t *Target) Kind() string { return Kind }

var unsafe = regexp.MustCompile(`[^A-Za-z0-9_-]+`)

// Name is readable as far as it is short, and told apart by a hash.
func (t *Target) Name(project, environment, variant string) string {
	sum := sha1.Sum([]byte(strings.Join([]string{project, environment, variant}, "\x00")))
	text := unsafe.ReplaceAllString(strings.Join([]string{project, environment, variant}, "-"), "_")
	return text[:min(len(text), 60)] + "-" + strings.ToLower(base32.StdEncoding.EncodeToString(sum[:5]))
}

// Check finds nothing but a switch that leads back, so that tests have something a target cannot do.
func (t *Target) Check(d *deploy.Deployment) []deploy.Problem {
	var found []deploy.Problem
	for _, s := range d.Description.Steps {
		if s.Parallel {
			found = append(found, deploy.Problem{Rule: "SP501", Step: s.Name, Message: fmt.Sprintf("step %q is @parallel, which files cannot run", s.Name)})
		}
	}
	return found
}

// Render makes a document of the flow, and one of its schedule.
func (t *Target) Render(d *deploy.Deployment) ([]deploy.Document, error) {
	steps := []string{}
	for _, s := range d.Description.Steps {
		steps = append(steps, s.Name)
	}
	flow := map[string]any{
		"flow": d.Description.Name, "steps": steps, "configs": d.Description.Configs, "code": d.Code.SHA256, "tags": d.Tags, "system_tags": d.SystemTags,
		"identity": d.Identity, "queue": d.Batch.Queue, "parameters": d.Parameters, "max_workers": d.MaxWorkers, "seconds": d.Limit.Seconds(), "options": d.Target,
	}
	docs := []deploy.Document{{Kind: "flow", Name: d.Name, Body: indented(flow)}}
	if d.Schedule != "" {
		docs = append(docs, deploy.Document{Kind: "schedule", Name: d.Name, Body: indented(map[string]any{"cron": d.Schedule, "timezone": d.Timezone})})
	}
	return docs, nil
}

func indented(v any) json.RawMessage {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		panic(err) // all of it came from JSON
	}
	return data
}

func (t *Target) folder(name string) string { return filepath.Join(t.Dir, name) }

func (t *Target) headFile(name string) string {
	return filepath.Join(t.folder(name), "deployment.json")
}

func (t *Target) documentFile(name, kind, document string) string {
	return filepath.Join(t.folder(name), "documents", kind, document+".json")
}

func (t *Target) step(ctx context.Context, op string) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if t.Step == nil {
		return nil
	}
	return t.Step(op)
}

func (t *Target) write(ctx context.Context, path string, data []byte) error {
	if err := t.step(ctx, "write "+filepath.Base(path)); err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	return disk.WriteFile(path, data, disk.Replace)
}

func (t *Target) head(name string) (*head, error) {
	data, err := os.ReadFile(t.headFile(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	h := &head{}
	return h, json.Unmarshal(data, h)
}

// Live implements deploy.Target.
func (t *Target) Live(ctx context.Context, name string) (*deploy.Live, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.step(ctx, "live"); err != nil {
		return nil, err
	}
	h, err := t.head(name)
	if h == nil || err != nil {
		return nil, err
	}
	live := &deploy.Live{Name: name, Identity: h.Identity, Owner: h.Owner, Token: h.Token, Changed: h.Changed}
	for _, d := range h.Documents {
		body, err := os.ReadFile(t.documentFile(name, d[0], d[1]))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		live.Documents = append(live.Documents, deploy.Document{Kind: d[0], Name: d[1], Body: body})
	}
	return live, nil
}

// Put implements deploy.Target.
func (t *Target) Put(ctx context.Context, d *deploy.Deployment, docs []deploy.Document) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	there, err := t.head(d.Name)
	if err != nil {
		return err
	}
	if there != nil && there.Owner != d.User && (d.Token == "" || there.Token != d.Token) {
		return &deploy.OwnedError{Name: d.Name, Owner: there.Owner}
	}
	h := head{Owner: d.User, Token: d.Token, Changed: t.Now().UTC()}
	if d.Identity != (deploy.Identity{}) {
		h.Identity = &d.Identity
	}
	for _, doc := range docs {
		if err := t.write(ctx, t.documentFile(d.Name, doc.Kind, doc.Name), doc.Body); err != nil {
			return err
		}
		h.Documents = append(h.Documents, [2]string{doc.Kind, doc.Name})
	}
	return t.write(ctx, t.headFile(d.Name), indented(h))
}

// Remove implements deploy.Target.
func (t *Target) Remove(ctx context.Context, name string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.step(ctx, "remove"); err != nil {
		return err
	}
	if err := os.Remove(t.headFile(name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err := t.step(ctx, "remove the rest"); err != nil {
		return err
	}
	return os.RemoveAll(t.folder(name))
}

// Trigger implements deploy.Target.
func (t *Target) Trigger(ctx context.Context, name string, parameters map[string]json.RawMessage) (string, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	h, err := t.head(name)
	if err != nil {
		return "", err
	}
	if h == nil {
		return "", &deploy.MissingError{Name: name}
	}
	runs, err := t.runs(name)
	if err != nil {
		return "", err
	}
	r := run{Run: deploy.Run{ID: fmt.Sprintf("files-%d", len(runs)+1), State: deploy.Running, Started: t.Now().UTC()}, Number: len(runs) + 1, Parameters: parameters}
	return r.ID, t.write(ctx, t.runFile(name, r.ID), indented(r))
}

// run is a run with what it was started with.
type run struct {
	deploy.Run
	Number     int                        `json:"number"`
	Parameters map[string]json.RawMessage `json:"parameters"`
}

func (t *Target) runFile(name, id string) string {
	return filepath.Join(t.folder(name), "runs", id+".json")
}

func (t *Target) runs(name string) ([]run, error) {
	files, err := filepath.Glob(filepath.Join(t.folder(name), "runs", "*.json"))
	if err != nil {
		return nil, err
	}
	var out []run
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return nil, err
		}
		var r run
		if err := json.Unmarshal(data, &r); err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	slices.SortFunc(out, func(a, b run) int { return cmp.Compare(b.Number, a.Number) })
	return out, nil
}

// Runs implements deploy.Target.
func (t *Target) Runs(ctx context.Context, name string, states []deploy.State, limit int) ([]deploy.Run, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err := t.step(ctx, "runs"); err != nil {
		return nil, err
	}
	if h, err := t.head(name); h == nil || err != nil {
		return nil, cmp.Or(err, error(&deploy.MissingError{Name: name}))
	}
	all, err := t.runs(name)
	out := []deploy.Run{}
	for _, r := range all {
		if (states == nil || slices.Contains(states, r.State)) && len(out) < limit {
			out = append(out, r.Run)
		}
	}
	return out, err
}

// Stop implements deploy.Target.
func (t *Target) Stop(ctx context.Context, name, id string) error {
	return t.End(ctx, name, id, deploy.Stopped)
}

// End ends a run as nothing else does here.
func (t *Target) End(ctx context.Context, name, id string, state deploy.State) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	runs, err := t.runs(name)
	if err != nil {
		return err
	}
	for _, r := range runs {
		if r.ID == id {
			if r.State == deploy.Running {
				r.State, r.Ended = state, t.Now().UTC()
			}
			return t.write(ctx, t.runFile(name, id), indented(r))
		}
	}
	return &deploy.MissingError{Name: name, Run: id}
}
