package view_test

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/graph/view"
	"github.com/spindle-flow/spindle/engine/source/python"
)

const drawn = `from metaflow import FlowSpec, step


class Drawn(FlowSpec):
    @step
    def start(self):
        "<&>"
        self.kind = "a"
        self.next(self.left, self.right)

    @step
    def left(self):
        self.next(self.longer)

    @step
    def longer(self):
        self.next(self.join)

    @step
    def right(self):
        self.next(self.join)

    @step
    def join(self, inputs):
        self.kind = "a"
        self.next({"a": self.end, "b": self.again}, condition="kind")

    @step
    def again(self):
        self.next(self.end)

    @step
    def end(self):
        pass
`

func TestSVG(t *testing.T) {
	t.Parallel()
	r, err := python.Read(context.Background(), python.Options{File: "/flow.py", ReadFile: func(string) ([]byte, error) { return []byte(drawn), nil }})
	if err != nil || r.Flow == nil {
		t.Fatal(err, r)
	}
	text := view.SVG(graph.New(r.Flow), map[string]view.State{"left": {Kind: "running", Note: "1/3"}, "end": {Kind: "waiting"}}, "Drawn, run <1>")
	if !strings.Contains(text, ">Drawn, run &lt;1&gt;</text>") {
		t.Error("the headline is missing")
	}
	decoder := xml.NewDecoder(strings.NewReader(text))
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			t.Fatalf("%v in %s", err, text)
		}
	}
	for word, want := range map[string]int{
		`class="step"`: 7, `marker-end=`: 8, `data-step="left" data-state="running"`: 1, "running · 1/3": 1, "<title>&lt;&amp;&gt;</title>": 1,
	} {
		if got := strings.Count(text, word); got != want {
			t.Errorf("%d times %s, not %d, in\n%s", got, word, want, text)
		}
	}
}

// A drawing that is replaced by one with other states stays as wide where room was kept.
func TestSVGRoom(t *testing.T) {
	t.Parallel()
	r, err := python.Read(context.Background(), python.Options{File: "/flow.py", ReadFile: func(string) ([]byte, error) { return []byte(drawn), nil }})
	if err != nil || r.Flow == nil {
		t.Fatal(err, r)
	}
	g := graph.New(r.Flow)
	size := func(kind, note string, room int) string {
		states := map[string]view.State{}
		for _, name := range g.Order {
			states[name] = view.State{Kind: kind, Note: note, Room: room}
		}
		text, _, _ := strings.Cut(view.SVG(g, states, ""), " font-family")
		return text
	}
	room := view.Room(g.Node("join"), view.State{Kind: "running", Note: "000ms"})
	if a, b := size("waiting", "", room), size("running", "", room); a != b || a == size("waiting", "", 0) {
		t.Errorf("drawings of %q and %q", a, b)
	}
}
