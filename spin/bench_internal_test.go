package spin

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/plain"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/run"
	"github.com/spindle-flow/spindle/engine/run/machine"
	"github.com/spindle-flow/spindle/engine/worker"
)

func newPlace(t *testing.T) (Place, *disk.Group) {
	t.Helper()
	root := t.TempDir()
	return Place{Root: root, Flow: "F", User: "ann", Folder: "/x"}, disk.NewGroup(root, disk.Options{Sync: disk.SyncNone})
}

func addTask(key string) func(*Bench) (*Bench, error) {
	return func(b *Bench) (*Bench, error) {
		if b == nil {
			b = newBench("F", "1")
		}
		b.Tasks[key] = &Entry{Seq: b.Next, Key: key, Step: stepOf(key), Objects: artifact.Objects{"x": {Key: "k"}}, Transition: &machine.Transition{Next: []string{"n"}}}
		b.Next++
		return b, nil
	}
}

// TestBenchTogether: changes at the same time are all kept.
func TestBenchTogether(t *testing.T) {
	t.Parallel()
	p, group := newPlace(t)
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if err := p.change(t.Context(), group, addTask(machine.Key("a", []int{i}, nil))); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	b, err := p.Load()
	if err != nil || len(b.Tasks) != 20 || b.Next != 21 {
		t.Fatalf("%d tasks, next %d, %v", len(b.Tasks), b.Next, err)
	}
	for i, e := range b.Sorted() {
		if e.Seq != i+1 {
			t.Errorf("task %d has number %d", i, e.Seq)
		}
	}
	if other, err := (Place{Root: p.Root, Flow: "F", User: "bob", Folder: "/x"}).Load(); other != nil || err != nil {
		t.Errorf("another user's workbench: %v, %v", other, err)
	}
}

// TestBenchSurvives: a change that fails, and what a program killed while writing leaves, leave the workbench as it was.
func TestBenchSurvives(t *testing.T) {
	t.Parallel()
	p, group := newPlace(t)
	if err := p.change(t.Context(), group, addTask("a[][]")); err != nil {
		t.Fatal(err)
	}
	before, err := os.ReadFile(p.path())
	if err != nil {
		t.Fatal(err)
	}
	refused := errors.New("refused")
	if err := p.change(t.Context(), group, func(b *Bench) (*Bench, error) { delete(b.Tasks, "a[][]"); return nil, refused }); !errors.Is(err, refused) {
		t.Errorf("error %v", err)
	}
	// What a program killed while writing leaves: a file under a temporary name.
	if err := os.WriteFile(filepath.Join(filepath.Dir(p.path()), ".tmp-x"), []byte(`{"ver`), 0o666); err != nil {
		t.Fatal(err)
	}
	if after, _ := os.ReadFile(p.path()); !bytes.Equal(before, after) {
		t.Errorf("the workbench was changed: %s", after)
	}
	if b, err := p.Load(); err != nil || len(b.Tasks) != 1 {
		t.Errorf("%v, %v", b, err)
	}
}

func TestDamagedBench(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{"cut": `{"version":1,"ta`, "newer": `{"version":99}`} {
		p, group := newPlace(t)
		if err := p.change(t.Context(), group, addTask("a[][]")); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p.path(), []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Load(); err == nil || !strings.Contains(err.Error(), "workbench reset") {
			t.Errorf("%s: error %v", name, err)
		}
		if err := p.change(t.Context(), group, addTask("b[][]")); err == nil {
			t.Errorf("%s: a damaged workbench was written over", name)
		}
		if _, err := Reset(t.Context(), p, group); err != nil {
			t.Errorf("%s: reset: %v", name, err)
		}
		if b, err := p.Load(); b != nil || err != nil {
			t.Errorf("%s: after the reset %v, %v", name, b, err)
		}
	}
}

func TestLockIsGivenUp(t *testing.T) {
	t.Parallel()
	p, group := newPlace(t)
	if err := p.change(t.Context(), group, addTask("a[][]")); err != nil {
		t.Fatal(err)
	}
	unlock, err := p.lock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.lock(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("a second lock: %v", err)
	}
	unlock()
	if unlock, err = p.lock(t.Context()); err != nil {
		t.Fatal(err)
	}
	unlock()
}

func TestRoundOf(t *testing.T) {
	t.Parallel()
	for key, want := range map[string]int{"a[][]": -1, "a[3][]": -1, "a[][0]": 0, "a[1,2][12]": 12, "a[][4,7]": 7} {
		if got := roundOf(key); got != want {
			t.Errorf("%s: %d, want %d", key, got, want)
		}
	}
}

// TestFree: values are removed only when nobody uses them, with what a killed reset has put aside.
func TestFree(t *testing.T) {
	t.Parallel()
	p, group := newPlace(t)
	release, err := p.Use(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.Use(t.Context())
	if err != nil {
		t.Fatalf("two spins at the same time: %v", err)
	}
	for _, file := range []string{p.Values() + "/F/data/ab/abc", p.removed() + "1/F/data/cd/cde"} {
		if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o777), os.WriteFile(file, []byte("12345"), 0o666)); err != nil {
			t.Fatal(err)
		}
	}
	other := Place{Root: p.Root, Flow: "F", User: "bob", Folder: "/x"}
	if err := os.MkdirAll(other.Values(), 0o777); err != nil {
		t.Fatal(err)
	}
	release()
	if f, err := Reset(t.Context(), p, group); err != nil || !f.Busy || f.Bytes != 0 {
		t.Errorf("a reset while a spin is running: %+v, %v", f, err)
	}
	if size, err := p.Size(); err != nil || size != 5 {
		t.Errorf("size %d, %v", size, err)
	}
	again()
	if f, err := Reset(t.Context(), p, group); err != nil || f.Busy || f.Bytes != 10 {
		t.Errorf("a reset: %+v, %v", f, err)
	}
	if left, _ := filepath.Glob(p.Values() + "*"); len(left) != 1 || !strings.HasSuffix(left[0], ".lock") {
		t.Errorf("left: %v", left)
	}
	if _, err := os.Stat(other.Values()); err != nil {
		t.Errorf("another user's values: %v", err)
	}
	if f, err := Reset(t.Context(), p, group); err != nil || f != (Freed{}) {
		t.Errorf("a reset of nothing: %+v, %v", f, err)
	}
}

func frame(step string, index int64) plain.ForeachFrame {
	return plain.ForeachFrame{Step: step, Index: index}
}

func TestMeets(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		earlier, later []plain.ForeachFrame
		want           bool
	}{
		"no foreach":              {nil, nil, true},
		"split to body":           {nil, []plain.ForeachFrame{frame("b", 2)}, true},
		"body to join":            {[]plain.ForeachFrame{frame("b", 2)}, nil, true},
		"same item":               {[]plain.ForeachFrame{frame("b", 2)}, []plain.ForeachFrame{frame("b", 2)}, true},
		"other item":              {[]plain.ForeachFrame{frame("b", 2)}, []plain.ForeachFrame{frame("b", 1)}, false},
		"another foreach":         {[]plain.ForeachFrame{frame("b", 2)}, []plain.ForeachFrame{frame("c", 1)}, true},
		"inner join, same outer":  {[]plain.ForeachFrame{frame("b", 2), frame("i", 1)}, []plain.ForeachFrame{frame("b", 2)}, true},
		"inner join, other outer": {[]plain.ForeachFrame{frame("b", 2), frame("i", 1)}, []plain.ForeachFrame{frame("b", 0)}, false},
	}
	for name, tt := range tests {
		if got := meets(&Entry{Frames: tt.earlier}, &run.Finished{Frames: tt.later}); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

func TestSettingValue(t *testing.T) {
	t.Parallel()
	parameters := []worker.Parameter{
		{Name: "al-pha", Attr: "alpha", Type: "float"}, {Name: "n", Attr: "n", Type: "int"}, {Name: "s", Attr: "s", Type: "str"},
		{Name: "b", Attr: "b", Type: "bool"}, {Name: "f", Attr: "f", Kind: "include_file"},
	}
	tests := map[string]struct {
		value any
		name  string
		bad   bool
	}{
		"alpha=1":               {value: 1.0, name: "alpha"},
		"al-pha=0.5":            {value: 0.5, name: "alpha"},
		"alpha=x":               {bad: true},
		"n=3":                   {value: int64(3), name: "n"},
		"n=3.5":                 {bad: true},
		"s=5":                   {value: "5", name: "s"},
		`s="five"`:              {value: "five", name: "s"},
		"b=true":                {value: true, name: "b"},
		"b=maybe":               {bad: true},
		"f=x":                   {bad: true},
		"x=plain text":          {value: "plain text", name: "x"},
		"x=[1, null, 2.5]":      {value: []any{int64(1), nil, 2.5}, name: "x"},
		`x={"b": 1, "a": true}`: {value: plain.Dict{{Key: "b", Value: int64(1)}, {Key: "a", Value: true}}, name: "x"},
		"x=[1":                  {value: "[1", name: "x"},
		"x=1 2":                 {value: "1 2", name: "x"},
		"x=a=b":                 {value: "a=b", name: "x"},
		"x=":                    {value: "", name: "x"},
	}
	for text, tt := range tests {
		s, err := ParseSetting(text)
		if err != nil {
			t.Fatal(err)
		}
		value, name, err := s.value(parameters)
		if (err != nil) != tt.bad || !tt.bad && (name != tt.name || !cmp.Equal(value, tt.value)) {
			t.Errorf("%s: %#v as %q, %v", text, value, name, err)
		}
	}
	for _, text := range []string{"", "x", "=1"} {
		if _, err := ParseSetting(text); err == nil {
			t.Errorf("%q was read", text)
		}
	}
}

func TestChanges(t *testing.T) {
	t.Parallel()
	ref := func(key string) artifact.Ref {
		return artifact.Ref{Key: artifact.Key(key), Info: artifact.Info{Size: int64(len(key)), Type: "<class 'int'>"}}
	}
	got := changes(
		artifact.Objects{"a": ref("1"), "b": ref("22"), "new": ref("333"), "_private": ref("4"), "name": ref("5")},
		artifact.Objects{"a": ref("1"), "b": ref("2"), "gone": ref("6"), "_private": ref("9")},
	)
	want := []Change{
		{Name: "new", Status: New, Type: "int", Size: 3},
		{Name: "b", Status: Changed, Type: "int", Size: 2, BeforeType: "int", BeforeSize: 1},
		{Name: "gone", Status: Gone, Type: "int", Size: 1, BeforeType: "int", BeforeSize: 1},
		{Name: "a", Status: Same, Type: "int", Size: 1, BeforeType: "int", BeforeSize: 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, tt := range []struct {
		now, before any
		want        string
	}{
		{int64(5), int64(3), "+2"}, {int64(3), int64(5), "-2"}, {0.5, 0.25, "+0.25"}, {int64(1), 0.5, "+0.5"}, {"a", "b", ""}, {int64(1), nil, ""},
	} {
		if got := difference(tt.now, tt.before); got != tt.want {
			t.Errorf("%v against %v: %q, want %q", tt.now, tt.before, got, tt.want)
		}
	}
}
