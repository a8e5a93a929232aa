package stepfunctions

import (
	"bytes"
	"encoding/json"
)

// machine is a state machine in the States Language.
type machine struct {
	Comment        string `json:"Comment,omitempty"`
	TimeoutSeconds int64  `json:"TimeoutSeconds,omitempty"`
	scope
}

// scope is a list of states with an entry: a machine's, a branch's, or what is done with one item of a map.
type scope struct {
	ProcessorConfig *processor `json:"ProcessorConfig,omitempty"`
	StartAt         string     `json:"StartAt"`
	States          states     `json:"States"`
}

type processor struct {
	Mode          string `json:"Mode"`
	ExecutionType string `json:"ExecutionType,omitempty"`
}

// state is a state of any type: what a type does not have is left out.
type state struct {
	Type           string      `json:"Type"`
	Comment        string      `json:"Comment,omitempty"`
	Error          string      `json:"Error,omitempty"`
	Cause          string      `json:"Cause,omitempty"`
	Choices        []choice    `json:"Choices,omitempty"`
	Default        string      `json:"Default,omitempty"`
	ItemReader     *itemReader `json:"ItemReader,omitempty"`
	ItemsPath      string      `json:"ItemsPath,omitempty"`
	ItemSelector   params      `json:"ItemSelector,omitempty"`
	MaxConcurrency int         `json:"MaxConcurrency,omitempty"`
	ItemProcessor  *scope      `json:"ItemProcessor,omitempty"`
	Branches       []*scope    `json:"Branches,omitempty"`
	Resource       string      `json:"Resource,omitempty"`
	Parameters     any         `json:"Parameters,omitempty"`
	ResultSelector params      `json:"ResultSelector,omitempty"`
	Result         string      `json:"Result,omitempty"`
	ResultPath     path        `json:"ResultPath,omitempty"`
	OutputPath     path        `json:"OutputPath,omitempty"`
	Retry          []retrier   `json:"Retry,omitempty"`
	Next           string      `json:"Next,omitempty"`
	End            bool        `json:"End,omitempty"`
}

// choice is one way out of a Choice state.
type choice struct {
	Variable           string `json:"Variable"`
	StringEquals       string `json:"StringEquals,omitempty"`
	NumericGreaterThan int    `json:"NumericGreaterThan,omitempty"`
	Next               string `json:"Next"`
}

type itemReader struct {
	Resource     string            `json:"Resource"`
	ReaderConfig map[string]string `json:"ReaderConfig"`
	Parameters   params            `json:"Parameters"`
}

type retrier struct {
	ErrorEquals     []string `json:"ErrorEquals"`
	IntervalSeconds int      `json:"IntervalSeconds,omitempty"`
	MaxAttempts     int      `json:"MaxAttempts"`
	BackoffRate     float64  `json:"BackoffRate,omitempty"`
	MaxDelaySeconds int      `json:"MaxDelaySeconds,omitempty"`
	JitterStrategy  string   `json:"JitterStrategy,omitempty"`
}

// params are a template: a name that ends in .$ has a path or an intrinsic function, another a constant. They are written in the order of their names.
type params map[string]any

// path is a reference path; [nowhere] throws a result, or all output, away.
type path string

// nowhere is the path null.
const nowhere path = "null"

// MarshalJSON implements [json.Marshaler].
func (p path) MarshalJSON() ([]byte, error) {
	if p == nowhere {
		return []byte("null"), nil
	}
	return encode(string(p))
}

// submission are the parameters of a state that runs a job.
type submission struct {
	JobName            string            `json:"JobName"`
	JobQueue           string            `json:"JobQueue"`
	JobDefinition      string            `json:"JobDefinition"`
	Timeout            map[string]int64  `json:"Timeout"`
	Parameters         map[string]string `json:"Parameters,omitempty"`
	Tags               map[string]string `json:"Tags,omitempty"`
	ContainerOverrides overrides         `json:"ContainerOverrides"`
}

type overrides struct {
	Environment []variable `json:"Environment"`
}

// variable is one of a container: with a constant, or with what a path or an intrinsic function gives.
type variable struct {
	Name  string  `json:"Name"`
	Value *string `json:"Value,omitempty"`
	Path  string  `json:"Value.$,omitempty"`
}

// states keeps the order in which states were added, which is that of the flow.
type states struct {
	names []string
	by    map[string]*state
}

func (s *states) add(name string, st *state) {
	if s.by == nil {
		s.by = map[string]*state{}
	}
	s.names = append(s.names, name)
	s.by[name] = st
}

// MarshalJSON implements [json.Marshaler].
func (s states) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, name := range s.names {
		key, err := encode(name)
		if err != nil {
			return nil, err
		}
		body, err := encode(s.by[name])
		if err != nil {
			return nil, err
		}
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(key)
		b.WriteByte(':')
		b.Write(body)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// encode is JSON that does not escape what only HTML minds.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(v)
	return bytes.TrimRight(b.Bytes(), "\n"), err
}

// indented is [encode] for people.
func indented(v any) (json.RawMessage, error) {
	data, err := encode(v)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = json.Indent(&b, data, "", "  ")
	return b.Bytes(), err
}
