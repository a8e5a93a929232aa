package remote

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Version is that of the documents in this package. A helper refuses a job of another one.
const Version = 1

// Job is one attempt of a task, as the helper needs it.
type Job struct {
	Version int `json:"version"`
	// Task is what the step's process is told. Source is the flow's file relative to the package's root. Inputs are in the message, however
	// many ([Job.Task].InputsFile is empty): their values are read from the datastore by their keys. Scratch, Spill and TempDir are the
	// helper's choice. Env are the step's variables; they are not in the container's own environment, whose size is limited.
	Task worker.Task `json:"task"`
	// Engine is the version of the engine, for the handshake.
	Engine string `json:"engine"`
	// Timeout is the step's own limit, 0 for none.
	Timeout time.Duration `json:"timeout"`
	// LogLimit is how many bytes of each stream are kept, 0 for all.
	LogLimit int64 `json:"log_limit"`
	// Root is the datastore's address, s3://bucket/prefix.
	Root string `json:"root"`
	// Datatools is where S3(run=…) of the step writes, and files of IncludeFile are; <root>/data if empty.
	Datatools string `json:"datatools,omitempty"`
	// Package is the code package: a tar.gz, stored as it is.
	Package Blob `json:"package"`
	// SystemTags are those of the run, for the client API in steps; user:<user> if empty. Its user tags are the task's.
	SystemTags []string `json:"system_tags,omitempty"`
	// Environment are variables of the helper and of the step's process: Metaflow's settings, as a rule those of the engine. Credentials do not belong
	// here; the container has a role.
	Environment map[string]string `json:"environment,omitempty"`
}

// Blob is an object with the SHA-256 of its content, in hexadecimal.
type Blob struct {
	Place  string `json:"place"` // s3://bucket/key
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
}

// NewJob is the job of a task. folder is the one whose files the code package has at its top: that of the flow's file. What the datastore, the package
// and the environment are is left to the caller.
func NewJob(spec compute.Spec, folder string) (*Job, error) {
	job := &Job{Task: *spec.Task, Timeout: spec.Timeout, LogLimit: spec.LogLimit}
	t := &job.Task
	source, err := filepath.Rel(folder, t.Source)
	if err != nil || source == ".." || strings.HasPrefix(source, "../") {
		return nil, fmt.Errorf("the flow's file %q is not in the folder %q that is sent", t.Source, folder)
	}
	t.Source = filepath.ToSlash(source)
	if t.InputsFile != "" {
		if t.Inputs, err = readInputs(t.InputsFile); err != nil {
			return nil, fmt.Errorf("the inputs of task %s/%s: %w", t.Step, t.TaskID, err)
		}
	}
	t.InputsFile, t.Scratch, t.Spill, t.TempDir = "", "", "", "" // folders of this machine
	return job, nil
}

// readInputs reads the file in which the engine tells many inputs.
func readInputs(file string) ([]worker.Input, error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var inputs []worker.Input
	for dec := json.NewDecoder(bufio.NewReader(f)); ; {
		var in worker.Input
		if err := dec.Decode(&in); errors.Is(err, io.EOF) {
			return inputs, nil
		} else if err != nil {
			return nil, err
		}
		inputs = append(inputs, in)
	}
}

// Attempt is which attempt the job is.
func (j *Job) Attempt() Attempt {
	return Attempt{Flow: j.Task.Flow, Run: j.Task.RunID, Step: j.Task.Step, Task: j.Task.TaskID, Number: j.Task.Attempt}
}

// Upload writes the job to its place and returns where its objects are.
func (j *Job) Upload(ctx context.Context, c *objects.Client) (Paths, error) {
	root, err := objects.Parse(j.Root)
	if err != nil {
		return Paths{}, err
	}
	paths := j.Attempt().In(root)
	doc := *j
	doc.Version = Version
	data, err := encode(doc)
	if err == nil {
		err = c.Put(ctx, paths.Job(), data, objects.PutOptions{Attributes: objects.Attributes{ContentType: "application/json"}})
	}
	if err != nil {
		return Paths{}, fmt.Errorf("send job %s: %w", j.Attempt(), err)
	}
	return paths, nil
}

// ReadJob reads a job.
func ReadJob(ctx context.Context, c *objects.Client, place objects.Place) (*Job, error) {
	var job Job
	if err := read(ctx, c, place, &job); err != nil {
		return nil, fmt.Errorf("read job: %w", err)
	}
	if job.Version != Version {
		return nil, fmt.Errorf("job %q is of version %d, and this helper knows version %d: it comes from another release", place.String(), job.Version, Version)
	}
	return &job, nil
}

// errFound ends a listing.
var errFound = errors.New("found")

// AnyJob reads some job of a run, nil if it has none: it tells what is the same for all of them.
func AnyJob(ctx context.Context, c *objects.Client, root objects.Place, flow, run string) (*Job, error) {
	prefix := RunPrefix(root, flow, run)
	prefix.Key += "/"
	var place objects.Place
	err := c.List(ctx, prefix, false, func(page objects.Page) error {
		for _, o := range page.Objects {
			if strings.HasSuffix(o.Key, "/job.json") {
				place = o.Place
				return errFound
			}
		}
		return nil
	})
	if !errors.Is(err, errFound) {
		return nil, err
	}
	return ReadJob(ctx, c, place)
}

func read(ctx context.Context, c *objects.Client, place objects.Place, into any) error {
	data, _, err := c.Bytes(ctx, place)
	if err != nil {
		return err
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("%q: %w", place.String(), err)
	}
	return nil
}

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return b.Bytes(), err
}
