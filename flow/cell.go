package flow

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"syscall"
)

// The variable that names the file with what a notebook's cell is given, and the descriptor whose end is the end of the notebook's kernel.
const (
	cellVariable = "SPINDLE_CELL"
	cellLifeline = 3
)

// EvaluateCell is for the notebook's kernel alone, which puts a call of it into a flow's package to evaluate a cell there. In any other process
// it does nothing; in the cell's it does not return.
func EvaluateCell[F any](body func(Context, *F) []any) {
	path := os.Getenv(cellVariable)
	if path == "" {
		return
	}
	go endWithKernel()
	self := new(F)
	c, err := openCell(path, self)
	if err == nil {
		err = c.evaluate(func(ctx Context) []any { return body(ctx, self) })
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(exitUsage)
	}
	if c.out.Error != nil {
		os.Exit(1)
	}
	os.Exit(0)
}

// cell is a cell on its way.
type cell struct {
	program *program
	self    reflect.Value // a pointer to the flow
	codec   codec
	before  map[string][]byte // the bytes of the artifacts that were read
	given   struct {
		Pathspec  string                `json:"pathspec"`
		Artifacts map[string]cellObject `json:"artifacts"`
		Results   string                `json:"results"`
	}
	out cellOutcome
}

// cellObject says where a value's bytes are.
type cellObject struct {
	Path     string `json:"path"`
	Offset   int64  `json:"offset"`
	Size     int64  `json:"size"`
	Encoding string `json:"encoding"`
}

// cellOutcome is what a cell leaves: what it shows by kinds of content, and the fields that it has set.
type cellOutcome struct {
	Shown map[string]string `json:"shown"`
	Set   []cellSet         `json:"set"`
	Error *cellFailure      `json:"error"`
}

type cellSet struct {
	Name     string `json:"name"`
	File     string `json:"file"`
	Size     int64  `json:"size"`
	Encoding string `json:"encoding"`
}

type cellFailure struct {
	Type    string `json:"type"`
	Message string `json:"message"`
	Trace   string `json:"trace"`
}

var errNoFileInCell = errors.New("a cell can't read the content of a parameter that is a file; a step can")

// openCell reads what the cell is given and fills in the fields.
func openCell(path string, self any) (*cell, error) {
	c := &cell{self: reflect.ValueOf(self), before: map[string][]byte{}}
	c.codec.file = func(descriptor map[string]any) File {
		return File{&fileContent{descriptor, func(map[string]any) ([]byte, error) { return nil, errNoFileInCell }}}
	}
	data, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(data, &c.given)
	}
	if err != nil {
		return nil, fmt.Errorf("read what the cell is given: %w", err)
	}
	if c.program, err = declare(self, nil); err != nil {
		return nil, err
	}
	for _, f := range c.program.fields {
		if err := c.load(f); err != nil {
			return nil, fmt.Errorf("self.%s: the artifact %q of %s: %w", f.goName, f.Name, c.given.Pathspec, err)
		}
	}
	return c, nil
}

// endWithKernel ends the process with all it has started when the kernel is gone.
func endWithKernel() {
	syscall.CloseOnExec(cellLifeline)
	lifeline := os.NewFile(cellLifeline, "lifeline")
	if _, err := lifeline.Read(make([]byte, 1)); errors.Is(err, io.EOF) {
		_ = syscall.Kill(0, syscall.SIGKILL) // us too
	}
}

// load reads a field's artifact, if there is one; one that is lazy is read when the cell asks.
func (c *cell) load(f *field) error {
	from, ok := c.given.Artifacts[f.Name]
	if !ok {
		return nil
	}
	if f.lazy {
		f.lazyOf(c.self).bind(func(into reflect.Value) error {
			b, err := from.read()
			if err != nil {
				return err
			}
			return c.codec.decode(b, from.Encoding, into)
		})
		return nil
	}
	b, err := from.read()
	if err != nil {
		return err
	}
	c.before[f.Name] = b
	return c.codec.decode(b, from.Encoding, f.of(c.self))
}

func (o cellObject) read() ([]byte, error) {
	file, err := os.Open(o.Path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	b := make([]byte, o.Size)
	_, err = file.ReadAt(b, o.Offset)
	return b, err
}

// evaluate runs the body and writes down what came of it.
func (c *cell) evaluate(body func(Context) []any) error {
	shown, failure := c.call(body)
	c.out.Shown = displayAll(shown)
	if failure != nil {
		c.out.Error = &cellFailure{"panic", failure.Error(), ofCell(failure.trace)}
	} else if err := c.keep(); err != nil {
		return err
	}
	data, err := json.Marshal(c.out)
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(c.given.Results, "outcome.json"), data, 0o600)
}

// cellBody is the function that the kernel puts a cell's statements into.
const cellBody = "main.spindleCell\n"

// ofCell leaves away what is below the cell in a stack.
func ofCell(trace string) string {
	above, below, found := strings.Cut(trace, cellBody)
	if !found {
		return trace
	}
	place, _, _ := strings.Cut(below, "\n")
	return above + "the cell\n" + place
}

// call calls the body; a panic is its failure.
func (c *cell) call(body func(Context) []any) (shown []any, failure *panicError) {
	defer func() {
		if value := recover(); value != nil {
			failure = caught(value)
		}
	}()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	current := Current{FlowName: c.program.name, Pathspec: c.given.Pathspec}
	if at := strings.Split(c.given.Pathspec, "/"); len(at) == 4 {
		current.RunID, current.StepName, current.TaskID = at[1], at[2], at[3]
	}
	return body(Context{ctx, current}), nil
}

// keep writes the fields that the cell has changed.
func (c *cell) keep() error {
	for _, f := range c.program.fields {
		v := f.of(c.self)
		if f.lazy {
			value, _, set := f.lazyOf(c.self).held()
			if !set {
				continue
			}
			v = value
		} else if _, read := c.before[f.Name]; !read && v.IsZero() {
			continue
		}
		if err := c.keepField(f, v); err != nil {
			return fmt.Errorf("self.%s can't be kept for other cells: %w", f.goName, err)
		}
	}
	return nil
}

func (c *cell) keepField(f *field, v reflect.Value) error {
	e, err := c.codec.encode(f, v, nil)
	if err != nil {
		return err
	}
	if before, read := c.before[f.Name]; read && (bytes.Equal(before, e.bytes) || c.same(f, v)) {
		return nil
	}
	set := cellSet{f.Name, "set-" + strconv.Itoa(len(c.out.Set)), int64(len(e.bytes)), e.encoding}
	c.out.Set = append(c.out.Set, set)
	return os.WriteFile(filepath.Join(c.given.Results, set.File), e.bytes, 0o600)
}

// same says whether a field still has the value that was read: what Python has written is written otherwise by Go.
func (c *cell) same(f *field, v reflect.Value) bool {
	again := reflect.New(v.Type()).Elem()
	return c.codec.decode(c.before[f.Name], c.given.Artifacts[f.Name].Encoding, again) == nil && reflect.DeepEqual(again.Interface(), v.Interface())
}
