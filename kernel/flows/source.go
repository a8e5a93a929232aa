package flows

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/source/python"
	"github.com/spindle-flow/spindle/kernel/cells"
	"github.com/spindle-flow/spindle/kernel/flows/gotext"
)

// Segment says where lines of a text come from.
type Segment struct {
	First, Count int    // here
	File         string // a file, or the name of a cell
	There        int    // the first line there
}

// Source is a flow as the cells have it.
type Source struct {
	File, Class string
	// Language is what the flow is written in: empty for Python, "go".
	Language string
	// Texts are those of a flow in Go that cells have edited, by their files.
	Texts map[string]gotext.Text
	// Data is the text in the file's place; nil for what is on disk. It and what goes with it are of flows in Python.
	Data     []byte
	Segments []Segment
	Cells    map[string]string // the texts of cells that lines come from, by name
	Flow     *graph.Flow
	Graph    *graph.Graph
	Faults   []graph.Fault
	// CellFile names the file that a cell's text is in for a debugger; nil when nothing is debugged: then a cell's name is enough.
	CellFile func(text string) string
}

// debugged is the flow with cells named as a debugger knows them.
func (s *Source) debugged(d cells.Debugging) *Source {
	if d == nil {
		return s
	}
	named := *s
	named.CellFile = d.File
	return &named
}

// nameOf is what the worker calls a file or cell that lines come from.
func (s *Source) nameOf(file string) string {
	if text, isCell := s.Cells[file]; isCell && s.CellFile != nil {
		return s.CellFile(text)
	}
	return file
}

// Spec is the flow as a command line names it.
func (s *Source) Spec() string {
	name := s.File
	if s.Language == graph.Go {
		name = filepath.Dir(name) // its package
	}
	if s.Class == "" {
		return name
	}
	return name + ":" + s.Class
}

// ReadFile reads a file, the flow's own as the cells have it.
func (s *Source) ReadFile(path string) ([]byte, error) {
	if s.Data != nil && path == s.File {
		return s.Data, nil
	}
	if t, edited := s.Texts[path]; edited {
		return []byte(t.Data), nil
	}
	return os.ReadFile(path)
}

// Overlay is what a worker needs to import the text instead of the file, nil when it needs nothing.
func (s *Source) Overlay() map[string]any {
	if s.Data == nil {
		return nil
	}
	segments := make([][4]any, len(s.Segments))
	for i, g := range s.Segments {
		segments[i] = [4]any{g.First, g.Count, s.nameOf(g.File), g.There}
	}
	text := python.Text(s.Data)
	return map[string]any{"text": text, "segments": segments, "cells": s.shown(strings.Split(text, "\n"))}
}

// Edited are the texts that the go command is to build in place of files, nil where it is to build what is there. Lines that come from cells say so.
func (s *Source) Edited() map[string][]byte {
	if len(s.Texts) == 0 {
		return nil
	}
	texts := map[string][]byte{}
	for file, t := range s.Texts {
		texts[file] = []byte(t.Build(func(from string) string { return from }))
	}
	return texts
}

// shown are the cells' lines as they stand in the text, indented as there: what tracebacks mark in them is counted there.
func (s *Source) shown(text []string) map[string]string {
	cells := map[string]string{}
	for name, cell := range s.Cells {
		list := strings.Split(cell, "\n")
		used := false
		for _, g := range s.Segments {
			for i := 0; g.File == name && i < g.Count && g.First+i <= len(text) && g.There+i <= len(list); i++ {
				list[g.There+i-1], used = text[g.First+i-1], true
			}
		}
		if used {
			cells[s.nameOf(name)] = strings.Join(list, "\n")
		}
	}
	return cells
}

// Where is the place that a line of a file of the flow comes from.
func (s *Source) Where(file string, line int) (from string, there int) {
	if t, edited := s.Texts[file]; edited {
		return t.Where(line)
	}
	if file != s.File && file != "" {
		return file, line
	}
	for _, g := range s.Segments {
		if g.First <= line && line < g.First+g.Count {
			return g.File, line - g.First + g.There
		}
	}
	return s.File, line
}

// Step is a step of the flow, nil if it has none of that name.
func (s *Source) Step(name string) *graph.Step {
	if s == nil || s.Flow == nil {
		return nil
	}
	i := slices.IndexFunc(s.Flow.Steps, func(x *graph.Step) bool { return x.Name == name })
	if i < 0 {
		return nil
	}
	return s.Flow.Steps[i]
}

// read fills in what the text says.
func (s *Source) read(ctx context.Context) error {
	r, err := python.Read(ctx, python.Options{File: s.File, Class: s.Class, ReadFile: s.ReadFile})
	if err != nil {
		return err
	}
	s.Flow, s.Faults = r.Flow, r.Faults
	if r.Flow != nil {
		s.Graph = graph.New(r.Flow)
	}
	return nil
}
