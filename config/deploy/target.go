package deploy

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/engine/graph"
)

// Target is a scheduler that runs deployments. Methods that take a context talk to it and may be called from many goroutines; the others need no network,
// no credentials, and give the same for the same.
type Target interface {
	// Kind is the target's name in spindle.yaml: step-functions.
	Kind() string
	// Name is a name for a deployment, valid on the target. Different ones of project, environment and variant have different names.
	Name(project, environment, variant string) string
	// Check says what of a deployment cannot be expressed there.
	Check(d *Deployment) []Problem
	// Render makes the documents that would be sent.
	Render(d *Deployment) ([]Document, error)

	// Live is what is deployed under a name; nil without an error for nothing.
	Live(ctx context.Context, name string) (*Live, error)
	// Put makes what is deployed under the deployment's name what docs say. It can be repeated, and finishes what a call before it has begun. It refuses
	// with [OwnedError] to overwrite what others have deployed.
	Put(ctx context.Context, d *Deployment, docs []Document) error
	// Remove removes a deployment with all that belongs to it. What is not there is no error.
	Remove(ctx context.Context, name string) error

	// Trigger starts a run with parameters as JSON values and returns its id. What is not deployed, here and below, is a [MissingError].
	Trigger(ctx context.Context, name string, parameters map[string]json.RawMessage) (run string, err error)
	// Runs are the newest runs of a deployment first, at most limit; states selects some, nil for all.
	Runs(ctx context.Context, name string, states []State, limit int) ([]Run, error)
	// Stop ends a run.
	Stop(ctx context.Context, name, run string) error
}

// Looker is a target that looks at what a deployment will stand on, such as job queues, before it renders it for real.
type Looker interface {
	Look(ctx context.Context, d *Deployment) error
}

// ProblemsError is a flow that a target cannot run, as only Python could tell.
type ProblemsError struct{ Problems []Problem }

// Error says what.
func (e *ProblemsError) Error() string {
	var texts []string
	for _, p := range e.Problems {
		texts = append(texts, p.Rule+": "+p.Message)
	}
	return "the target cannot run it: " + strings.Join(texts, "; ")
}

// Problem is something of a flow that a target cannot do.
type Problem struct {
	Rule    string // SP5xx
	Step    string // empty for the whole flow
	At      graph.Range
	Message string
	Hint    string
}

// Document is one thing that would be sent to a target.
type Document struct {
	Kind string          `json:"kind"` // in the target's words: state-machine, job-definition, rule
	Name string          `json:"name"`
	Body json.RawMessage `json:"body"` // as it is sent, indented, keys in order
}

// Sum is the hash of the document's content.
func (d Document) Sum() string { return hash(d.Body) }

// Live is what is deployed under a name.
type Live struct {
	Name     string
	Identity *Identity // nil where Spindle did not deploy it
	Owner    string
	Token    string
	// Documents are those that [Target.Render] makes and that are there. One that is missing is gone; one without a body is there, but the target does not tell
	// what is in it.
	Documents []Document
	Changed   time.Time
}

// Is says whether what is there was deployed as the variant that an identity names, in whatever version.
func (l *Live) Is(i Identity) bool {
	return l.Identity != nil && l.Identity.Project == i.Project && l.Identity.Environment == i.Environment && l.Identity.Variant == i.Variant
}

// Who is who has deployed it, in words.
func (l *Live) Who() string {
	if l.Owner == "" {
		return "somebody else"
	}
	return l.Owner
}

// Run is a run that a target knows.
type Run struct {
	ID       string    `json:"id"`
	State    State     `json:"state"`
	Started  time.Time `json:"started"`
	Ended    time.Time `json:"ended,omitzero"`
	Failure  string    `json:"failure,omitempty"`
	Schedule bool      `json:"schedule,omitempty"` // started by the schedule, not by a person
}

// State is how a run stands.
type State string

// The states of a run.
const (
	Running   State = "running"
	Succeeded State = "succeeded"
	Failed    State = "failed"
	TimedOut  State = "timed-out"
	Stopped   State = "stopped"
)

// MissingError is a deployment, or a run of one, that a target does not know.
type MissingError struct{ Name, Run string }

// Error names it.
func (e *MissingError) Error() string {
	if e.Run != "" {
		return fmt.Sprintf("%q has no run %q", e.Name, e.Run)
	}
	return fmt.Sprintf("nothing is deployed as %q", e.Name)
}

// OwnedError is a name that others have deployed something under.
type OwnedError struct{ Name, Owner string }

// Error names both.
func (e *OwnedError) Error() string {
	return "\"" + e.Name + "\" was deployed by " + e.Owner + ", and no token was given that allows to change it"
}
