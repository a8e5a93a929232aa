package document

import (
	"path/filepath"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/configs/jsonfile"
)

// Fault is the first place where a text is not what it should be.
type Fault struct {
	Range   graph.Range
	Message string // one clause
}

// Format is how a file is written.
type Format string

// The formats. What has none of their suffixes is JSON.
const (
	JSON Format = "JSON"
	YAML Format = "YAML"
	TOML Format = "TOML"
)

// FormatOf is the format of a file by its name.
func FormatOf(file string) Format {
	switch strings.ToLower(filepath.Ext(file)) {
	case ".yaml", ".yml":
		return YAML
	case ".toml":
		return TOML
	}
	return JSON
}

// Named is the format that goes by a name in a flow's source, as `parser:"yaml"`; not ok for any other.
func Named(name string) (Format, bool) {
	format := Format(strings.ToUpper(name))
	return format, name == strings.ToLower(name) && (format == JSON || format == YAML || format == TOML)
}

// NamedBy is the name of the format that a config's parser names, as those of flows in Go do; empty where the parser is code of the flow's, and
// without one.
func NamedBy(parser *graph.ConfigArg) string {
	if parser == nil || parser.Value == nil || parser.Value.Kind != graph.StringKind {
		return ""
	}
	if _, ok := Named(parser.Value.Text); !ok {
		return ""
	}
	return parser.Value.Text
}

// Read reads the text of a file. A YAML file with nothing in it is null.
func Read(file string, data []byte) (*graph.Value, *Fault) {
	return ReadAs(FormatOf(file), file, data)
}

// ReadAs is Read for a text of the format, whatever the file's name.
func ReadAs(format Format, file string, data []byte) (*graph.Value, *Fault) {
	switch format {
	case YAML:
		return readYAML(file, data)
	case TOML:
		return readTOML(file, data)
	}
	return ReadJSON(graph.Range{File: file, Start: graph.Pos{Line: 1, Column: 1}}, data)
}

// ReadJSON reads JSON that starts at a place. With a fault, the value is what was read up to there, nil where nothing was.
func ReadJSON(at graph.Range, data []byte) (*graph.Value, *Fault) {
	v, fault := jsonfile.ParsePython(at, data)
	if fault != nil {
		return v, &Fault{Range: fault.Range, Message: fault.Message}
	}
	return v, nil
}
