package flow

import (
	"errors"
	"strings"
	"testing"
	"time"
)

type shownPoint struct {
	X    float64
	Name string
}

type shownFigure struct{ text string }

func (f *shownFigure) SVG() string { return "<svg>" + f.text + "</svg>" }

func TestDisplay(t *testing.T) {
	t.Parallel()
	var none *shownFigure
	for _, c := range []struct {
		value any
		want  string
	}{
		{nil, "nil"}, {none, "nil"}, {3, "3"}, {2.5, "2.5"}, {"a\n", `"a\n"`}, {true, "true"}, {[]int{1, 2}, "[1 2]"}, {time.Second, "1s"},
		{map[string]int{"b": 2, "a": 1}, `map["a":1 "b":2]`}, {&shownPoint{X: 1}, `&shownPoint{X:1 Name:""}`}, {errors.New("no"), "no"},
		{[]any{1, "a", nil}, `[1 "a" nil]`}, {struct{ Flow }{}, "{}"},
	} {
		if got := display(c.value)["text/plain"]; got != c.want {
			t.Errorf("%v is shown as %s, want %s", c.value, got, c.want)
		}
	}
	long := display(make([]int, 1000))["text/plain"]
	if !strings.HasSuffix(long, " … 900 more]") || len(long) > 300 {
		t.Errorf("a long slice is shown as %s", long)
	}
}

func TestDisplayOtherForms(t *testing.T) {
	t.Parallel()
	if got := display(&shownFigure{"x"})["image/svg+xml"]; got != "<svg>x</svg>" {
		t.Errorf("svg %q", got)
	}
	table := display([]shownPoint{{X: 1, Name: "<a>"}})["text/html"]
	if table != "<table><thead><tr><th></th><th>X</th><th>Name</th></tr></thead><tbody><tr><th>0</th><td>1</td><td>&lt;a&gt;</td></tr></tbody></table>" {
		t.Error(table)
	}
	if got := displayAll([]any{3, nil}); got["text/plain"] != "3" {
		t.Errorf("a value and no error: %v", got)
	}
	if got := displayAll([]any{0, errors.New("why")}); got["text/plain"] != "0, why" {
		t.Errorf("an error: %v", got)
	}
	if got := displayAll(nil); got != nil {
		t.Errorf("nothing: %v", got)
	}
}
