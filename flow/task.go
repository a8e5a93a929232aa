package flow

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"syscall"

	"github.com/spindle-flow/spindle/flow/internal/wire"
)

// task is one task while it runs.
type task struct {
	program *program
	conn    *wire.Conn
	message wire.Task
	step    *step
	options *stepOptions
	codec   codec

	inputs []wire.Input
	read   readValues
	// foreign are those that another than this SDK has written.
	foreign map[valueKey]bool
	// flow is the pointer that the step's method is called on, left what it has of the store.
	flow reflect.Value
	left *left
	// joined are a join's inputs, a slice of pointers.
	joined reflect.Value
	// broken says that the step has not come to its end.
	broken bool
	// fixed are the parameters and configs as they were before the step, encoded.
	fixed map[string][]byte
}

// serveTask is the program as one task; it returns the exit code.
func serveTask(p *program, fault error) int {
	conn, err := open(taskVariable)
	if err != nil {
		return complain(err)
	}
	if err := conn.Greet(hello(os.Args[0])); err != nil {
		return complain(err)
	}
	code, err := runTask(p, conn, fault)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, syscall.EPIPE) {
		return complain(err)
	}
	if err != nil {
		return exitFailed // the engine is gone, and with it who would read why
	}
	return code
}

// runTask runs the one task that comes over the channel, and says how it ended. An error is one of the channel.
func runTask(p *program, conn *wire.Conn, fault error) (int, error) {
	m, err := conn.Read()
	if err != nil {
		return exitFailed, err
	}
	if m.Type != "task" {
		return exitFailed, fmt.Errorf("task protocol: %q came instead of a task", m.Type)
	}
	t := &task{program: p, conn: conn, read: readValues{}, foreign: map[valueKey]bool{}, fixed: map[string][]byte{}}
	if t.message, err = m.DecodeTask(); err != nil {
		return exitFailed, err
	}
	if t.message.Protocol != wire.Protocol {
		return exitFailed, fmt.Errorf("the task is of protocol %d, and the flow's binary speaks %d", t.message.Protocol, wire.Protocol)
	}
	for name, value := range t.message.Env {
		if err := os.Setenv(name, value); err != nil {
			return exitFailed, err
		}
	}
	t.codec.file = t.file
	result := t.perform(context.Background(), fault)
	return codeOf(result), conn.Write(result)
}

func codeOf(result any) int {
	switch result.(type) {
	case wire.Done:
		return exitDone
	case wire.Wrong:
		return exitInvalid
	default:
		return exitFailed
	}
}

// perform does what the task asks for and returns its last message.
func (t *task) perform(ctx context.Context, fault error) any {
	if fault != nil {
		return t.lost(fault)
	}
	switch t.message.Kind {
	case "parameters":
		return t.parameters()
	case "defaults":
		return t.defaults()
	case "changes":
		return t.changes()
	case "step":
		return t.runStep(ctx)
	default:
		return t.lost(fmt.Errorf("a flow in Go knows no tasks of kind %q", t.message.Kind))
	}
}

// lost is the failure of a task that has nothing to keep.
func (t *task) lost(err error) any {
	fmt.Fprintln(os.Stderr, err)
	return wire.Failed{
		Type: "failed", Artifacts: []wire.Produced{}, Inherit: []wire.Inherited{}, Retry: true,
		Exception: wire.Exception{Type: typeOfError(err), Message: err.Error(), Traceback: err.Error() + "\n"},
	}
}

// prepare makes the flow that the step is called on, and a join's inputs.
func (t *task) prepare() error {
	t.step = t.program.step(t.message.Step)
	if t.step == nil {
		return fmt.Errorf("%s has no step %s", t.program.name, t.message.Step)
	}
	if t.message.Join != (t.step.kind == stepJoin) {
		return fmt.Errorf("the step %s.%s %s, and the graph has it otherwise: build the flow again", t.program.name, t.step.goName, t.step.kind.takes())
	}
	added, err := parseSpecs(t.message.With)
	if err != nil {
		return err
	}
	t.options, _ = t.step.decorators(t.program, added, t.message.Options)
	if err := t.readInputs(); err != nil {
		return err
	}
	t.flow = t.program.fresh()
	t.left = &left{task: t, from: map[string]source{}}
	flows, lefts := []reflect.Value{t.flow}, []*left{t.left}
	if t.step.kind == stepJoin {
		t.joined = reflect.MakeSlice(reflect.SliceOf(t.flow.Type()), len(t.inputs), len(t.inputs))
		for i := range t.inputs {
			one := reflect.New(t.program.typ)
			t.joined.Index(i).Set(one)
			flows, lefts = append(flows, one), append(lefts, &left{task: t, from: t.everything(i)})
		}
	}
	if len(t.inputs) > 0 {
		t.left.from = t.everything(0)
		if t.step.kind == stepJoin {
			t.left.from = t.guarded(0)
		}
	}
	if err := t.fillAll(flows, lefts); err != nil {
		return err
	}
	return t.settleFixed()
}

// takes says what kind of step it is.
func (k stepKind) takes() string {
	switch k {
	case stepJoin:
		return "is a join"
	case stepBody:
		return "is the body of a foreach"
	default:
		return "takes no inputs"
	}
}

// fresh is the flow that main has given, without artifacts.
func (p *program) fresh() reflect.Value {
	flow := reflect.New(p.typ)
	if p.prototype.IsValid() {
		flow.Elem().Set(p.prototype.Elem())
	}
	for _, f := range p.fields {
		f.of(flow).SetZero()
	}
	return flow
}

// everything is what an input has.
func (t *task) everything(input int) map[string]source {
	from := make(map[string]source, len(t.inputs[input].Artifacts))
	for name, ref := range t.inputs[input].Artifacts {
		from[name] = source{input, ref}
	}
	return from
}

// guarded are the artifacts of an input that no step changes: all that a join has before it merges.
func (t *task) guarded(input int) map[string]source {
	from := map[string]source{}
	for name, ref := range t.inputs[input].Artifacts {
		if f := t.program.field(name); name == "_graph_info" || f != nil && f.fixed() {
			from[name] = source{input, ref}
		}
	}
	return from
}

// readInputs takes the inputs of the message, or of the file that has them.
func (t *task) readInputs() error {
	t.inputs = t.message.Inputs
	if t.message.InputsFile == "" {
		return nil
	}
	f, err := os.Open(t.message.InputsFile)
	if err != nil {
		return fmt.Errorf("read the task's inputs: %w", err)
	}
	defer f.Close()
	lines := bufio.NewReaderSize(f, 1<<16)
	for {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) && len(line) == 0 {
			return nil
		}
		var in wire.Input
		if err == nil {
			in, err = wire.DecodeInput(line)
		}
		if err != nil {
			return fmt.Errorf("read the task's inputs from %s: %w", t.message.InputsFile, err)
		}
		t.inputs = append(t.inputs, in)
	}
}

// settleFixed keeps how parameters and configs are before the step. Those of a spin are its own configs.
func (t *task) settleFixed() error {
	for _, f := range t.program.fields {
		if !f.fixed() || f.typ == fileType {
			continue
		}
		if f.Config != "" && t.message.Options.Spin && t.message.Options.Configs != nil {
			if err := t.ownConfig(f); err != nil {
				return err
			}
		}
		e, err := t.codec.encode(f, f.of(t.flow), nil)
		if err != nil {
			return fmt.Errorf("%s: %w", f.goName, err)
		}
		t.fixed[f.Name] = e.bytes
	}
	return nil
}

func (t *task) ownConfig(f *field) error {
	value, err := f.configValue(t.message.Options)
	if err != nil {
		return err
	}
	b, err := t.codec.encoder.Append(nil, reflect.ValueOf(value))
	if err != nil {
		return err
	}
	return t.codec.decoder.Decode(b, f.of(t.flow))
}

// file makes the value of a parameter that is a file.
func (t *task) file(descriptor map[string]any) File {
	return File{&fileContent{descriptor: descriptor, read: func(descriptor map[string]any) ([]byte, error) {
		var place wire.Place
		if err := t.conn.Call("include_read", map[string]any{"descriptor": descriptor}, &place); err != nil {
			return nil, err
		}
		return place.Bytes()
	}}}
}
