// Package names says what the parts of a Go flow are called elsewhere: in the graph, in the store, on the command line and in Python.
//
// A Go name becomes words joined by underscores, and each name has one such form only: a step Fit is fit, a field HTTPServer is http_server.
// The SDK, the reader of Go sources and the notebook all ask here, so that they can never disagree.
package names

import (
	"reflect"
	"strings"
	"unicode"
)

// Snake returns a Go name in snake case: Fit is fit, FitModel fit_model, HTTPServer http_server, RunID run_id, V2Model v2_model.
// A name that has underscores keeps them.
func Snake(name string) string {
	var b strings.Builder
	letters := []rune(name)
	for i, r := range letters {
		if unicode.IsUpper(r) && i > 0 && begins(letters, i) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// begins tells whether the capital at i is the first letter of a word.
func begins(letters []rune, i int) bool {
	before := letters[i-1]
	switch {
	case before == '_':
		return false
	case !unicode.IsUpper(before):
		return true
	default: // within a run of capitals the last one begins the next word
		return i+1 < len(letters) && unicode.IsLower(letters[i+1])
	}
}

// Keys of a field's tag.
const (
	Artifact  = "artifact"
	Param     = "param"
	Config    = "config"
	Default   = "default"
	Help      = "help"
	Required  = "required"
	Choices   = "choices"
	Separator = "separator"
	File      = "file"
	Value     = "value"
	Parser    = "parser"
)

// ParamKeys and ConfigKeys are the keys that a parameter's and a config's tag may have, the artifact's name aside.
func ParamKeys() []string { return []string{Param, Default, Help, Required, Choices, Separator} }

// ConfigKeys are those of a config.
func ConfigKeys() []string { return []string{Config, File, Value, Help, Required, Parser} }

// Field is what a field of a flow's struct is by its name and its tag.
type Field struct {
	// Name is the artifact's name; empty when the field is for the step alone.
	Name string
	// Gob says that the value is stored as Go's gob.
	Gob bool
	// Param and Config are the names on the command line, empty for what is neither.
	Param, Config string
}

// Of reads a field's tag. The name is the field's Go name.
func Of(name string, tag reflect.StructTag) Field {
	given, option, _ := strings.Cut(tag.Get(Artifact), ",")
	f := Field{Name: Snake(name), Gob: option == "gob"}
	switch given {
	case "":
	case "-":
		f.Name = ""
	default:
		f.Name = given
	}
	f.Param, f.Config = named(tag, Param, f.Name), named(tag, Config, f.Name)
	return f
}

// named returns the name that a tag's key gives; an empty one is the artifact's.
func named(tag reflect.StructTag, key, otherwise string) string {
	name, ok := tag.Lookup(key)
	if ok && name == "" {
		return otherwise
	}
	return name
}
