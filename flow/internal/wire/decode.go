package wire

import (
	"encoding/json"
	"fmt"
)

// envelope reads what all messages have.
func envelope(line []byte) (Message, error) {
	m := Message{Line: line}
	s := scanner{b: line}
	s.members(func(name string) {
		switch name {
		case "type":
			m.Type = s.text()
		case "id":
			m.ID = s.optional()
		case "re":
			m.Re = s.optional()
		default:
			s.raw()
		}
	})
	if s.end() != nil || m.Type == "" {
		return Message{}, fmt.Errorf("task protocol: this is no message: %.80q", line)
	}
	return m, nil
}

// hello decodes the other side's.
func (m Message) hello() (h Hello, err error) {
	s := scanner{b: m.Line}
	s.members(func(name string) {
		switch name {
		case "type":
			h.Type = s.text()
		case "protocol":
			h.Protocol = int(s.number())
		case "file":
			h.File = s.text()
		case "engine":
			h.Engine = s.text()
		case "can":
			h.Can = s.texts()
		default:
			s.raw()
		}
	})
	if err := s.end(); err != nil {
		return h, fmt.Errorf("task protocol: the hello can't be decoded: %w", err)
	}
	return h, nil
}

func (s *scanner) optional() *int64 {
	if s.null() {
		return nil
	}
	n := s.number()
	return &n
}

func (s *scanner) optionalInt() *int {
	if s.null() {
		return nil
	}
	n := int(s.number())
	return &n
}

// other reads with encoding/json what most tasks do not have.
func (s *scanner) other(into any) {
	raw := s.raw()
	if s.bad == nil {
		s.bad = json.Unmarshal(raw, into)
	}
}

// DecodeTask decodes a task. What it does not know it leaves out, as encoding/json does.
func (m Message) DecodeTask() (t Task, err error) {
	s := scanner{b: m.Line}
	s.members(func(name string) { s.ofTask(&t, name) })
	if err := s.end(); err != nil {
		return t, fmt.Errorf("task protocol: the task can't be decoded: %w", err)
	}
	return t, nil
}

func (s *scanner) ofTask(t *Task, name string) {
	if text := t.text(name); text != nil {
		*text = s.text()
		return
	}
	if n := t.number(name); n != nil {
		*n = int(s.number())
		return
	}
	switch name {
	case "with":
		t.With = s.texts()
	case "options":
		s.members(func(name string) { s.ofOptions(&t.Options, name) })
	case "inputs":
		s.items(func() { t.Inputs = append(t.Inputs, s.input()) })
	case "join":
		t.Join = s.flag()
	case "node":
		s.members(func(name string) { s.ofNode(&t.Node, name) })
	case "split_index":
		t.SplitIndex = s.optionalInt()
	case "foreach_stack":
		s.items(func() { t.ForeachStack = append(t.ForeachStack, s.frame()) })
	case "iteration_stack":
		t.IterationStack = s.numbers()
	case "tags":
		t.Tags = s.texts()
	case "parameter_names":
		t.ParameterNames = s.texts()
	case "trigger_runs":
		t.TriggerRuns = s.texts()
	case "env":
		t.Env = map[string]string{}
		s.members(func(name string) { t.Env[name] = s.text() })
	case "parallel":
		s.other(&t.Parallel)
	case "project":
		s.other(&t.Project)
	case "values":
		s.other(&t.Values)
	case "graph_info":
		s.other(&t.GraphInfo)
	default:
		s.raw()
	}
}

// text is the field of that name if it is a text.
func (t *Task) text(name string) *string {
	switch name {
	case "type":
		return &t.Type
	case "kind":
		return &t.Kind
	case "source":
		return &t.Source
	case "class":
		return &t.Class
	case "flow":
		return &t.Flow
	case "run_id":
		return &t.RunID
	case "step":
		return &t.Step
	case "task_id":
		return &t.TaskID
	case "inputs_file":
		return &t.InputsFile
	case "origin_run_id":
		return &t.OriginRunID
	case "namespace":
		return &t.Namespace
	case "user":
		return &t.User
	case "scratch":
		return &t.Scratch
	case "spill":
		return &t.Spill
	case "temp_dir":
		return &t.TempDir
	}
	return nil
}

func (t *Task) number(name string) *int {
	switch name {
	case "protocol":
		return &t.Protocol
	case "attempt":
		return &t.Attempt
	case "user_retries":
		return &t.UserRetries
	case "error_retries":
		return &t.ErrorRetries
	}
	return nil
}

func (s *scanner) ofOptions(o *Options, name string) {
	switch name {
	case "branch":
		o.Branch = s.text()
	case "production":
		o.Production = s.flag()
	case "user":
		o.User = s.text()
	case "spin":
		o.Spin = s.flag()
	case "skip_decorators":
		o.SkipDecorators = s.flag()
	case "configs":
		s.other(&o.Configs)
	default:
		s.raw()
	}
}

func (s *scanner) ofNode(n *Node, name string) {
	switch name {
	case "type":
		n.Type = s.text()
	case "next":
		n.Next = s.texts()
	case "foreach":
		n.Foreach = s.text()
	case "condition":
		n.Condition = s.text()
	case "cases":
		s.other(&n.Cases)
	case "parallel":
		n.Parallel = s.flag()
	case "assigns":
		n.Assigns = s.texts()
	default:
		s.raw()
	}
}

func (s *scanner) frame() (f Frame) {
	s.members(func(name string) {
		switch name {
		case "step":
			f.Step = s.text()
		case "var":
			f.Var = s.text()
		case "num_splits":
			f.NumSplits = s.optionalInt()
		case "index":
			f.Index = int(s.number())
		case "value":
			f.Value = s.text()
		default:
			s.raw()
		}
	})
	return f
}

// DecodeInput decodes a line of an inputs file.
func DecodeInput(line []byte) (Input, error) {
	s := scanner{b: line}
	in := s.input()
	return in, s.end()
}

func (s *scanner) input() (in Input) {
	s.members(func(name string) {
		switch name {
		case "pathspec":
			in.Pathspec = s.text()
		case "step":
			in.Step = s.text()
		case "artifacts":
			in.Artifacts = make(map[string]Ref, 24)
			s.members(func(name string) { in.Artifacts[name] = s.ref() })
		default:
			s.raw()
		}
	})
	return in
}

func (s *scanner) ref() (r Ref) {
	s.members(func(name string) {
		switch name {
		case "key":
			r.Key = s.text()
		case "size":
			r.Size = s.number()
		case "type":
			r.Type = s.text()
		case "encoding":
			r.Encoding = s.text()
		default:
			s.raw()
		}
	})
	return r
}

// places decodes the values of a reply to get.
func (m Message) places() (all []Place, err error) {
	s := scanner{b: m.Line}
	s.members(func(name string) {
		if name != "items" {
			s.raw()
			return
		}
		s.items(func() { all = append(all, s.place()) })
	})
	if err := s.end(); err != nil {
		return nil, fmt.Errorf("task protocol: the message %q can't be decoded: %w", m.Type, err)
	}
	return all, nil
}

func (s *scanner) place() (p Place) {
	s.members(func(name string) {
		switch name {
		case "path":
			p.Path = s.text()
		case "offset":
			p.Offset = s.number()
		case "size":
			p.Size = s.number()
		case "encoding":
			p.Encoding = s.text()
		case "temporary":
			p.Temporary = s.flag()
		case "data":
			p.Data = s.bytes()
		case "error":
			s.other(&p.Error)
		default:
			s.raw()
		}
	})
	return p
}
