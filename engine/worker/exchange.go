package worker

import (
	"context"
	"encoding/json"
	"fmt"
)

// The types of a task's last message.
const (
	TypeDone    = "done"
	TypeFailed  = "failed"
	TypeInvalid = "invalid"
)

// CanTakeData is what the engine says it can: take small values in a task's last message.
const CanTakeData = "data"

// Hello is the first message of either side.
type Hello struct {
	Type       string   `json:"type"` // "hello"
	Protocol   int      `json:"protocol"`
	Language   string   `json:"language,omitempty"`
	Version    string   `json:"version,omitempty"` // of the language
	SDK        string   `json:"sdk,omitempty"`
	Executable string   `json:"executable,omitempty"`
	File       string   `json:"file,omitempty"` // where the sender's own code lies
	PID        int      `json:"pid,omitempty"`
	Can        []string `json:"can,omitempty"`
	Engine     string   `json:"engine,omitempty"` // the engine's version
}

// DescribeRequest asks what a flow is.
type DescribeRequest struct {
	Source  string         `json:"source"`
	Class   string         `json:"class"`
	With    []string       `json:"with"`
	Options map[string]any `json:"options"`
	// Configs gives the values of the flow's configs, for a worker that asks for them.
	Configs func(ctx context.Context, flow string, wanted []ConfigDeclaration) (map[string]ConfigValue, error) `json:"-"`
}

// ConfigsOption is the option of a request that has the values of the flow's configs by name.
const ConfigsOption = "configs"

// ConfigDeclaration is one config as the flow declares it.
type ConfigDeclaration struct {
	Name         string  `json:"name"`
	Attr         string  `json:"attr"`
	Required     bool    `json:"required"`
	Plain        bool    `json:"plain"`  // the value may be anything, a text too
	Parser       bool    `json:"parser"` // the worker makes the value of the text
	Help         string  `json:"help"`
	File         string  `json:"file"`
	Line         int     `json:"line"`
	Default      *string `json:"default"`       // the path of a file
	DefaultValue *string `json:"default_value"` // a text
	Error        string  `json:"error"`         // why the default is not known
	// Format is how texts and files are written, whatever a file's name: json, yaml or toml. Files are what their suffix says if it is empty.
	Format string `json:"format,omitempty"`
}

// ConfigValue is what a worker is told of a config's value: at most one of the first three, none for no value.
type ConfigValue struct {
	Text   *string    `json:"text,omitempty"`   // the text of a file
	JSON   *string    `json:"json,omitempty"`   // the value as JSON
	Stored *ItemValue `json:"stored,omitempty"` // an artifact
	Plain  bool       `json:"plain,omitempty"`  // said by the worker: the value may be anything
}

type configsWanted struct {
	Flow    string              `json:"flow"`
	Configs []ConfigDeclaration `json:"configs"`
}

// Item names an artifact of one of a task's inputs.
type Item struct {
	Input int
	Name  string
	// Inline is the size in bytes up to which the value itself is wanted, rather than where it lies.
	Inline int64
}

// UnmarshalJSON reads the wire form [input, name].
func (i *Item) UnmarshalJSON(b []byte) error {
	var pair []json.RawMessage
	if err := json.Unmarshal(b, &pair); err != nil {
		return fmt.Errorf("item: %w", err)
	}
	if len(pair) != 2 {
		return fmt.Errorf("item: %d elements instead of 2", len(pair))
	}
	if err := json.Unmarshal(pair[0], &i.Input); err != nil {
		return fmt.Errorf("item, input: %w", err)
	}
	if err := json.Unmarshal(pair[1], &i.Name); err != nil {
		return fmt.Errorf("item, name: %w", err)
	}
	return nil
}

// MarshalJSON writes the wire form [input, name].
func (i Item) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{i.Input, i.Name})
}

// ItemValue is where the bytes of an [Item] lie, or the bytes themselves if that was asked for, or why they can't be had.
type ItemValue struct {
	Path      string
	Offset    int64
	Size      int64
	Encoding  string
	Temporary bool // the reader deletes the file
	Data      []byte
	Error     *CallError
}

type valueWire struct {
	Path      string `json:"path"`
	Offset    int64  `json:"offset"`
	Size      int64  `json:"size"`
	Encoding  string `json:"encoding"`
	Temporary bool   `json:"temporary"`
}

type dataWire struct {
	Data     []byte `json:"data"`
	Size     int64  `json:"size"`
	Encoding string `json:"encoding"`
}

// MarshalJSON writes one of the place, the bytes and the error.
func (v ItemValue) MarshalJSON() ([]byte, error) {
	if v.Error != nil {
		return json.Marshal(map[string]*CallError{"error": v.Error})
	}
	if v.Path == "" {
		data := v.Data
		if data == nil {
			data = []byte{} // a value of no bytes is an empty text, not null
		}
		return json.Marshal(dataWire{data, v.Size, v.Encoding})
	}
	return json.Marshal(valueWire{v.Path, v.Offset, v.Size, v.Encoding, v.Temporary})
}

// CallError is a refused get or store call.
type CallError struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
}

// Error returns the message.
func (e *CallError) Error() string { return e.Message }

// ErrorKind returns the kind.
func (e *CallError) ErrorKind() string { return e.Kind }

// Kinded is an error that has one of the protocol's error kinds.
type Kinded interface {
	error
	ErrorKind() string
}
