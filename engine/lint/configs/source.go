package configs

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/configs/document"
)

// Options say where the files of configs are.
type Options struct {
	// ReadFile reads a file, unsaved text of an editor included. Without it no file is looked at.
	ReadFile func(path string) ([]byte, error)
	// Dir is the folder that relative paths start from. A file that is not there is also looked for beside the flow and in
	// the folders above: which of them the flow is started in is not known.
	Dir string
}

// Source is where a config's value comes from when none is given, and what is in it.
type Source struct {
	Config *graph.Config
	// Path is the default file's as written, empty for a config without one; File is where it was found, empty where it is
	// missing or was not looked for.
	Path, File string
	Missing    bool
	// Value is the config's value as far as it is known, nil where it is not: with a parser, or where it is computed.
	Value *graph.Value
	// Format is how the value is written, and Fault the first place that is not so.
	Format document.Format
	Fault  *document.Fault
	// Empty is true for a config that has no value unless one is given.
	Empty bool
}

// Sources reads the defaults of a flow's configs.
func Sources(f *graph.Flow, opts Options) []Source {
	var out []Source
	for _, d := range f.Configs.Declared {
		s := Source{Config: d}
		if !d.Uncertain && !d.Spread() {
			s.read(f, opts)
		}
		out = append(out, s)
	}
	return out
}

func (s *Source) read(f *graph.Flow, opts Options) {
	file, value := s.Config.Arg("default"), s.Config.Arg("default_value")
	switch {
	case file != nil && value != nil:
	case file != nil && file.Value.Kind == graph.StringKind:
		s.Path = file.Value.Text
		s.readFile(f, opts)
	case value != nil:
		s.readValue(value.Value)
	case file == nil:
		s.Empty = true
	}
}

// opaque is true for a config whose text goes through code of the user's.
func (s *Source) opaque() bool {
	parser := s.Config.Arg("parser")
	return parser != nil && document.NamedBy(parser) == ""
}

func (s *Source) readFile(f *graph.Flow, opts Options) {
	if opts.ReadFile == nil {
		return
	}
	for _, path := range candidates(s.Path, f.File, opts.Dir) {
		data, err := opts.ReadFile(path)
		if err == nil {
			s.File = path
			s.parse(graph.Range{File: path, Start: graph.Pos{Line: 1, Column: 1}, End: graph.Pos{Line: 1, Column: 1}}, data)
			return
		}
		if !errors.Is(err, fs.ErrNotExist) {
			return
		}
	}
	s.Missing = true
}

// parse takes the text of the config apart, which starts at a place.
func (s *Source) parse(at graph.Range, data []byte) {
	plain := s.Config.Says("plain")
	switch {
	case s.opaque() || plain == graph.Maybe:
	case plain == graph.Yes:
		s.Value = &graph.Value{Kind: graph.StringKind, Range: at, Text: string(data)}
	default:
		s.Format = document.FormatOf(s.File)
		if format, ok := document.Named(document.NamedBy(s.Config.Arg("parser"))); ok {
			s.Format = format
		}
		if s.Format == document.JSON {
			s.Value, s.Fault = document.ReadJSON(at, data)
		} else {
			s.Value, s.Fault = document.ReadAs(s.Format, at.File, data)
		}
		if asks := s.Value.Entry("$interpolate"); s.Value != nil && asks != nil && asks.Value.Text == "true" {
			compute(s.Value)
		}
	}
}

// compute takes texts with references in them for what they are: values that are known only when the flow starts.
func compute(v *graph.Value) {
	if v.Kind == graph.StringKind && strings.Contains(v.Text, "${") {
		v.Kind = graph.ComputedKind
	}
	for _, item := range v.Items {
		compute(item)
	}
	for _, e := range v.Entries {
		compute(e.Value)
	}
}

func (s *Source) readValue(v *graph.Value) {
	switch {
	case v.Kind == graph.StringKind && v.Inner != (graph.Range{}):
		s.parse(v.Inner, []byte(v.Text))
	case v.Kind == graph.StringKind:
		if s.parse(v.Range, []byte(v.Text)); s.Fault != nil {
			s.Fault.Range = v.Range
		}
		gather(s.Value, v.Range)
	case v.Kind == graph.ObjectKind && !s.opaque() && s.Config.Says("plain") == graph.No:
		s.Value = v
	}
}

// gather moves a value with all that is in it to one place: that of a string whose letters don't stand in the file.
func gather(v *graph.Value, at graph.Range) {
	if v == nil {
		return
	}
	v.Range, v.Inner = at, graph.Range{}
	for _, item := range v.Items {
		gather(item, at)
	}
	for i := range v.Entries {
		v.Entries[i].KeyRange = at
		gather(v.Entries[i].Value, at)
	}
}

// maxFolders bounds how far above a flow its configs' files are looked for.
const maxFolders = 30

// candidates are the places where a config's file may be, the likeliest first.
func candidates(path, flow, dir string) []string {
	if filepath.IsAbs(path) {
		return []string{filepath.Clean(path)}
	}
	out := []string{filepath.Join(dir, path)}
	for at := filepath.Dir(flow); len(out) < maxFolders; at = filepath.Dir(at) {
		if p := filepath.Join(at, path); !slices.Contains(out, p) {
			out = append(out, p)
		}
		if at == filepath.Dir(at) {
			break
		}
	}
	return out
}
