package flow

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

type cellFlow struct {
	Flow
	X     int
	Words map[string]int `artifact:"counts"`
	Big   Lazy[[]float64]
	Rest  []string
	Shape chan int `artifact:"-"`
}

func (f *cellFlow) Start(Context) (Next, error) { return To(f.End), nil }
func (f *cellFlow) End(Context) (Next, error)   { return End(), nil }

// givenCell writes what a cell is given.
func givenCell(t *testing.T, artifacts map[string]any) string {
	t.Helper()
	dir := t.TempDir()
	var c codec
	objects := map[string]cellObject{}
	for name, v := range artifacts {
		e, err := c.encodeAny(v, nil)
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, append([]byte("before"), e.bytes...), 0o600); err != nil {
			t.Fatal(err)
		}
		objects[name] = cellObject{path, 6, int64(len(e.bytes)), e.encoding}
	}
	data, err := json.Marshal(map[string]any{"pathspec": "cellFlow/1/start/2", "artifacts": objects, "results": dir})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "given.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func ran(t *testing.T, given string, self *cellFlow, body func(Context) []any) cellOutcome {
	t.Helper()
	c, err := openCell(given, self)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.evaluate(body); err != nil {
		t.Fatal(err)
	}
	data, err := os.ReadFile(filepath.Join(filepath.Dir(given), "outcome.json"))
	if err != nil {
		t.Fatal(err)
	}
	var o cellOutcome
	if err := json.Unmarshal(data, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

func TestCell(t *testing.T) {
	t.Parallel()
	given := givenCell(t, map[string]any{"x": 3, "counts": map[string]int{"a": 1}, "big": []float64{1, 2}})
	var self cellFlow
	o := ran(t, given, &self, func(ctx Context) []any {
		if ctx.StepName != "start" || ctx.TaskID != "2" {
			t.Errorf("the context is %+v", ctx.Current)
		}
		big, err := self.Big.Get()
		if err != nil || !reflect.DeepEqual(big, []float64{1, 2}) {
			t.Errorf("big is %v, %v", big, err)
		}
		self.Words["b"] = self.X
		self.Rest = []string{"c"}
		return []any{self.X}
	})
	if o.Error != nil || o.Shown["text/plain"] != "3" {
		t.Errorf("%+v", o)
	}
	var names []string
	for _, s := range o.Set {
		names = append(names, s.Name)
	}
	if !reflect.DeepEqual(names, []string{"counts", "rest"}) {
		t.Errorf("set %v", names)
	}
}

func TestCellPanics(t *testing.T) {
	t.Parallel()
	var self cellFlow
	o := ran(t, givenCell(t, nil), &self, func(Context) []any { panic("no") })
	if o.Error == nil || o.Error.Message != "no" || o.Set != nil {
		t.Errorf("%+v", o)
	}
}

func TestCellRefusesWhatDoesNotFit(t *testing.T) {
	t.Parallel()
	_, err := openCell(givenCell(t, map[string]any{"x": "text"}), &cellFlow{})
	if err == nil || !strings.HasPrefix(err.Error(), `self.X: the artifact "x" of cellFlow/1/start/2: `) {
		t.Errorf("error = %v", err)
	}
}
