package golang_test

import (
	"bytes"
	"context"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint/rules"
	"github.com/spindle-flow/spindle/engine/source/golang"
)

// whole is a flow with each construct that the reader knows.
func whole(t testing.TB) []byte {
	t.Helper()
	text, err := os.ReadFile("testdata/every/main.go")
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// survive reads a text and judges it; nothing of that may panic, and every place must lie in the text.
func survive(t testing.TB, text []byte) {
	t.Helper()
	dir, err := filepath.Abs("testdata/blank")
	if err != nil {
		t.Fatal(err)
	}
	r, err := shared().Read(context.Background(), golang.Options{Dir: "testdata/blank", Overlay: map[string][]byte{filepath.Join(dir, "main.go"): text}})
	if err != nil || r.Flow == nil {
		return
	}
	lines := bytes.Count(text, []byte("\n")) + 1
	for _, d := range rules.Check(r.Flow, graph.New(r.Flow), rules.Options{}) {
		if d.Range.Start.Line < 1 || d.Range.Start.Line > lines || d.Range.Start.Column < 1 {
			t.Errorf("%s at %+v of %d lines", d.Code, d.Range, lines)
		}
	}
	for _, s := range r.Flow.Steps {
		if s.NameRange.Start.Line > lines || s.Body.End.Line > lines {
			t.Errorf("step %s at %+v of %d lines", s.Name, s.Body, lines)
		}
	}
}

// TestBroken reads a flow that was cut off, and one of which a line, a word or a bracket is missing, as while somebody types.
func TestBroken(t *testing.T) {
	t.Parallel()
	text := whole(t)
	for at := 0; at < len(text); at += 61 {
		survive(t, text[:at])
	}
	lines := strings.SplitAfter(string(text), "\n")
	for i := range lines {
		survive(t, []byte(strings.Join(lines[:i], "")+strings.Join(lines[i+1:], "")))
	}
	for _, c := range "(){}.,*[]\"`" {
		parts := strings.Split(string(text), string(c))
		for i := 1; i < len(parts); i += 7 {
			survive(t, []byte(strings.Join(parts[:i], string(c))+strings.Join(parts[i:], string(c))))
		}
	}
	for _, word := range []string{"Every", "flow.Flow", "flow.Context", "flow", "error", "t ", "Grid", "Fit"} {
		survive(t, []byte(strings.ReplaceAll(string(text), word, "")))
		survive(t, []byte(strings.Replace(string(text), word, "Ünïcode", 1)))
	}
}

func FuzzRead(f *testing.F) {
	f.Add(whole(f))
	f.Add([]byte(head + "func (t *T) Start(ctx flow.Context) (flow.Next, error) { return flow.To(t.End), nil }\n"))
	f.Add([]byte("package main\n\nimport \"github.com/spindle-flow/spindle/flow\"\n\ntype T struct{ flow.Flow; *T; A [3]T `param:\"a\" default`\nfunc (T) X(flow.Context, ...T) (_ flow.Next, _ error) { return }"))
	known := []string{`"github.com/spindle-flow/spindle/flow"`, `"errors"`, `"time"`, `"fmt"`, `"sort"`, `"encoding/json"`, `"..."`, `"std"`, `"-x"`, `"./a"`}
	f.Fuzz(func(t *testing.T, text []byte) {
		tree, _ := parser.ParseFile(token.NewFileSet(), "main.go", text, parser.ImportsOnly)
		if tree == nil {
			return
		}
		for _, i := range tree.Imports {
			if !slices.Contains(known, i.Path.Value) { // the go tool would be asked for it
				return
			}
		}
		survive(t, text)
	})
}
