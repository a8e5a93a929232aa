package config

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/engine/lint/configs/document"
)

// Parse reads the text of a project's file. What can be read is read, whatever else is wrong; a file that is no YAML is an empty project.
func Parse(file string, data []byte, around Surroundings) (*Project, []lint.Diagnostic) {
	return parse(file, data, around)
}

func parse(file string, data []byte, around Surroundings) (*Project, []lint.Diagnostic) {
	p := &Project{File: file, around: around}
	f := &findings{}
	root, fault := read(file, data)
	switch {
	case fault != nil:
		f.syntax(fault, data)
	case root.Kind == graph.NullKind:
	case root.Kind != graph.ObjectKind:
		f.malformed(first(root.Range), "Put what it says under keys, such as variants and defaults.", "%s must be a mapping", FileName)
	default:
		p.root = root
		f.check(p.root)
		p.names()
		f.references(p)
		p.uses = p.everyUse()
	}
	return p, f.sorted()
}

// read guards against texts that the library of YAML panics on.
func read(file string, data []byte) (v *graph.Value, fault *document.Fault) {
	defer func() {
		if r := recover(); r != nil {
			at := graph.Pos{Line: 1, Column: 1}
			v, fault = nil, &document.Fault{Range: graph.Range{File: file, Start: at, End: at}, Message: fmt.Sprint(r)}
		}
	}()
	// The file is YAML whatever it is called.
	v, fault = document.Read(FileName, data)
	if fault != nil {
		fault.Range.File = file
		return nil, fault
	}
	placed{file, bytes.Count(data, []byte("\n")) + 1}.all(v)
	return v, nil
}

// placed puts places into a file of so many lines: YAML ends lines where editors don't, too.
type placed struct {
	file  string
	lines int
}

func (p placed) all(v *graph.Value) {
	p.one(&v.Range)
	for _, item := range v.Items {
		p.all(item)
	}
	for i := range v.Entries {
		p.one(&v.Entries[i].KeyRange)
		p.all(v.Entries[i].Value)
	}
}

func (p placed) one(at *graph.Range) {
	at.File = p.file
	at.Start.Line, at.End.Line = min(at.Start.Line, p.lines), min(at.End.Line, p.lines)
}

// syntax reports a text that is no YAML. Of some faults the library tells the line alone, and it ends lines where editors don't, too.
func (f *findings) syntax(fault *document.Fault, data []byte) {
	lines := strings.Split(string(data), "\n")
	at := fault.Range
	if at.Start.Line > len(lines) {
		at.Start.Line = len(lines)
		at.Start.Column = 1
	}
	text := strings.TrimRight(lines[at.Start.Line-1], "\r")
	if at.Start.Column == 1 {
		at.Start.Column += len(text) - len(strings.TrimLeft(text, " \t"))
	}
	at.End = graph.Pos{Line: at.Start.Line, Column: max(at.Start.Column, len([]rune(text))) + 1}
	if strings.HasSuffix(fault.Message, "is there twice") {
		f.malformed(fault.Range, "Give one of them another name, or put both into one.", "%s", fault.Message)
		return
	}
	f.malformed(at, "Mend the text there; nothing else of the file is looked at before.", "%s is not YAML: %s", FileName, fault.Message)
}

// names gathers what others ask of a project.
func (p *Project) names() {
	if e := p.root.Entry("project"); e != nil && e.Value.Kind == graph.StringKind {
		p.Name = word(e.Value)
	}
	for _, key := range keys(p.top("environments")) {
		e := p.top("environments").Entry(key)
		p.Environments = append(p.Environments, Word{e.Key, e.KeyRange})
	}
}

// top is a mapping at the top of the file, nil where there is none.
func (p *Project) top(key string) *graph.Value {
	return object(p.root.Entry(key))
}

// object is the value of an entry if it is a mapping.
func object(e *graph.Entry) *graph.Value {
	if e == nil || e.Value.Kind != graph.ObjectKind {
		return nil
	}
	return e.Value
}

func keys(v *graph.Value) []string {
	if v == nil {
		return nil
	}
	return v.Keys()
}

func word(v *graph.Value) Word { return Word{v.Text, v.Range} }

// first is the first letter of a range that goes over lines.
func first(at graph.Range) graph.Range {
	if at.End.Line > at.Start.Line {
		at.End = graph.Pos{Line: at.Start.Line, Column: at.Start.Column + 1}
	}
	return at
}
