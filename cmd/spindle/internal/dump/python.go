package dump

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Python is how values are read that need Python.
type Python struct {
	// Program gives the program that reads a request on stdin; asked for only when needed.
	Program func() (worker.Program, error)
	Source  string // the flow's file, whose classes values may be of; may be empty
	Class   string
	Stderr  io.Writer
}

type request struct {
	Source string   `json:"source"`
	Class  string   `json:"class"`
	JSON   bool     `json:"json"`
	Limit  *int64   `json:"limit"`
	File   string   `json:"file,omitempty"`
	Tasks  []string `json:"tasks,omitempty"`
	Values []place  `json:"values"`
}

type answer struct {
	Text  string          `json:"text"`
	Size  *int64          `json:"size"`
	Large bool            `json:"large"`
	JSON  json.RawMessage `json:"json"`
	Error string          `json:"error"`
}

// Complete has Python read the values that are pending.
func (p Python) Complete(ctx context.Context, store *artifact.Store, values []Value, limit int64) error {
	var pending []*Value
	for i := range values {
		if values[i].State == Pending {
			pending = append(pending, &values[i])
		}
	}
	if len(pending) == 0 {
		return nil
	}
	dir, err := os.MkdirTemp("", "spindle-dump-")
	if err != nil {
		return fmt.Errorf("making room for values: %w", err)
	}
	defer os.RemoveAll(dir)
	req := request{Source: p.Source, Class: p.Class, JSON: true, Values: materialize(ctx, store, pending, dir)}
	if limit >= 0 {
		req.Limit = &limit
	}
	answers, err := p.ask(ctx, req)
	if err != nil {
		return err
	}
	i := 0
	for _, v := range pending {
		if v.State == Broken {
			continue
		}
		if i >= len(answers) {
			v.broken(errors.New("python ended while reading it"))
			continue
		}
		v.take(answers[i])
		i++
	}
	return nil
}

func (v *Value) take(a answer) {
	if a.Size != nil {
		v.Size = *a.Size
	}
	switch {
	case a.Error != "":
		v.broken(errors.New(a.Error))
	case a.Large:
		v.State = Large
	default:
		v.State, v.Text = Shown, a.Text
		if len(a.JSON) > 0 {
			v.JSON, v.HasJSON = a.JSON, true
		}
	}
}

// WriteFile has Python write all values into a pickle, by task and name.
func (p Python) WriteFile(ctx context.Context, store *artifact.Store, tasks []artifact.Task, values []Value, file string) error {
	dir, err := os.MkdirTemp("", "spindle-dump-")
	if err != nil {
		return fmt.Errorf("making room for values: %w", err)
	}
	defer os.RemoveAll(dir)
	all := make([]*Value, len(values))
	for i := range values {
		if v := values[i]; v.State == Foreign {
			return fmt.Errorf("artifact %q of task %s: only Go can read it, its encoding is %s: leave it out with --include", v.Name, v.Task, v.encoding)
		}
		all[i] = &values[i]
	}
	req := request{Source: p.Source, Class: p.Class, File: file, Values: materialize(ctx, store, all, dir)}
	if err := Errors(values); err != nil {
		return err
	}
	for _, t := range tasks {
		req.Tasks = append(req.Tasks, strings.TrimPrefix(t.String(), t.Flow+"/"))
	}
	answers, err := p.ask(ctx, req)
	switch {
	case err != nil:
		return err
	case len(answers) != 1:
		return errors.New("python ended while writing the file")
	case answers[0].Error != "":
		return fmt.Errorf("writing %q: %s", file, answers[0].Error)
	}
	return nil
}

// maxAnswer bounds one line of an answer: values can be as large as the limit that was asked for.
const maxAnswer = 1 << 30

func (p Python) ask(ctx context.Context, req request) ([]answer, error) {
	program, err := p.Program()
	if err != nil {
		return nil, err
	}
	text, err := json.Marshal(req)
	if err != nil {
		return nil, fmt.Errorf("asking python: %w", err)
	}
	cmd := exec.CommandContext(ctx, program.Argv[0], program.Argv[1:]...)
	var out bytes.Buffer
	cmd.Env, cmd.Dir, cmd.Stdin, cmd.Stdout, cmd.Stderr = program.Env, program.Dir, bytes.NewReader(text), &out, p.Stderr
	runErr := cmd.Run()
	var answers []answer
	lines := bufio.NewScanner(&out)
	lines.Buffer(nil, maxAnswer)
	for lines.Scan() {
		var a answer
		if err := json.Unmarshal(lines.Bytes(), &a); err != nil {
			return nil, fmt.Errorf("reading python's answer: %w", err)
		}
		answers = append(answers, a)
	}
	if len(answers) == 0 && runErr != nil {
		return nil, fmt.Errorf("reading values with %s: %w", program.Argv[0], runErr)
	}
	return answers, nil
}
