package metadata

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestMutateTags(t *testing.T) {
	t.Parallel()
	many := make([]string, MaxTags+1)
	for i := range many {
		many[i] = fmt.Sprint("t", i)
	}
	for _, tt := range []struct {
		name        string
		add, remove []string
		want        []string
		refused     string
	}{
		{name: "add", add: []string{"b", "c"}, want: []string{"a", "b", "c"}},
		{name: "remove", remove: []string{"a", "nothing"}, want: nil},
		{name: "replace", add: []string{"b"}, remove: []string{"a"}, want: []string{"b"}},
		{name: "removed and added", add: []string{"a"}, remove: []string{"a"}, want: []string{"a"}},
		{name: "not ASCII", add: []string{"größe \U0001f9f5"}, want: []string{"a", "größe \U0001f9f5"}},
		{name: "add a system tag", add: []string{"user:tester"}, want: []string{"a"}},
		{name: "remove a system tag", remove: []string{"user:tester"}, refused: "system tag"},
		{name: "nothing", refused: "no tag"},
		{name: "empty", add: []string{""}, refused: "empty"},
		{name: "long", add: []string{strings.Repeat("x", MaxTagLength+1)}, refused: "longer"},
		{name: "longest", add: []string{strings.Repeat("ü", MaxTagLength)}, want: []string{"a", strings.Repeat("ü", MaxTagLength)}},
		{name: "not UTF-8", add: []string{"\xff"}, refused: "UTF-8"},
		{name: "too many", add: many, refused: "at most 50"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, c := context.Background(), newClock()
			l := newLocal(t, c)
			run, err := l.NewRun(ctx, "F", Tags{User: []string{"a"}, System: systemTags()})
			if err != nil {
				t.Fatal(err)
			}
			before, err := l.Run(ctx, "F", run)
			if err != nil {
				t.Fatal(err)
			}
			c.add(time.Hour)
			got, err := l.MutateTags(ctx, "F", run, tt.add, tt.remove)
			if tt.refused != "" {
				var refused *TagError
				if !errors.As(err, &refused) || !strings.Contains(err.Error(), tt.refused) {
					t.Fatalf("got %v, want a refusal with %q", err, tt.refused)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(append([]string(nil), tt.want...), append([]string(nil), got.User...)); diff != "" {
				t.Errorf("tags (-want +got):\n%s", diff)
			}
			after, err := l.Run(ctx, "F", run)
			if err != nil {
				t.Fatal(err)
			}
			before.Tags.User = after.Tags.User
			if diff := cmp.Diff(before, after); diff != "" {
				t.Errorf("the run changed beyond its tags:\n%s", diff)
			}
		})
	}
}

func TestMutateTagsOfNothing(t *testing.T) {
	t.Parallel()
	l := newLocal(t, newClock())
	if _, err := l.MutateTags(context.Background(), "F", "1", []string{"x"}, nil); !errors.Is(err, ErrNotFound) {
		t.Errorf("got %v", err)
	}
}

// TestTagsKeepUnknownFields changes the tags of a run that another program wrote.
func TestTagsKeepUnknownFields(t *testing.T) {
	t.Parallel()
	ctx, l := context.Background(), newLocal(t, newClock())
	path := filepath.Join(l.Root(), "F", "7", "_meta")
	if err := os.MkdirAll(path, 0o777); err != nil {
		t.Fatal(err)
	}
	const old = "{\n\"run_number\": 7, \"later\": {\"a\": [1,\n2]}, \"flow_id\": \"F\", \"user_name\": \"who\", \"tags\": null, \"ts_epoch\": 5}"
	write(t, path+"/_self.json", old)
	if _, err := l.MutateTags(ctx, "F", "7", []string{"x"}, nil); err != nil {
		t.Fatal(err)
	}
	got := files(t, path)
	want := map[string]string{"_self.json": `{"run_number": 7, "flow_id": "F", "user_name": "who", "tags": ["x"], "ts_epoch": 5, "later": {"a":[1,2]}}`}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestTagsConcurrent has many processes of ours add tags at once: none is lost.
func TestTagsConcurrent(t *testing.T) {
	t.Parallel()
	ctx, l := context.Background(), newLocal(t, newClock())
	run, err := l.NewRun(ctx, "F", Tags{})
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range 16 {
		wg.Go(func() {
			other := NewLocal(l.Root(), Options{User: "u"})
			if _, err := other.MutateTags(ctx, "F", run, []string{fmt.Sprint("t", i)}, nil); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	o, err := l.Run(ctx, "F", run)
	if err != nil || len(o.Tags.User) != 16 {
		t.Errorf("%d of 16 tags, %v", len(o.Tags.User), err)
	}
	if names, _ := os.ReadDir(filepath.Join(l.Root(), "F", run, "_meta")); len(names) != 1 {
		t.Errorf("left behind: %v", names)
	}
}

// TestTagsAgainstUnlockedWriter lets a program that does not lock write after our writing what it read before it, and
// then between our reading and our writing: both changes must be there in the end.
func TestTagsAgainstUnlockedWriter(t *testing.T) {
	t.Parallel()
	ctx, c := context.Background(), newClock()
	var l *Local
	var run string
	foreign := func(tags ...string) {
		path := filepath.Join(l.Root(), "F", run, "_meta", "_self.json")
		data, _ := json.Marshal(map[string]any{"run_number": run, "flow_id": "F", "tags": tags, "ts_epoch": 9})
		if err := errors.Join(os.WriteFile(path+".tmp", data, 0o666), os.Rename(path+".tmp", path)); err != nil {
			t.Error(err)
		}
	}
	rounds := 0
	l = NewLocal(filepath.Join(t.TempDir(), ".metaflow"), Options{Now: c.Now, Settle: func(context.Context) {
		if rounds++; rounds == 1 {
			foreign("theirs")
		}
	}})
	run, err := l.NewRun(ctx, "F", Tags{})
	if err != nil {
		t.Fatal(err)
	}
	got, err := l.MutateTags(ctx, "F", run, []string{"ours"}, nil)
	if diff := cmp.Diff([]string{"theirs", "ours"}, got.User); err != nil || diff != "" || rounds != 2 {
		t.Errorf("%v after %d rounds (-want +got):\n%s", err, rounds, diff)
	}
	d, err := l.openDir(filepath.Join(l.Root(), "F", run, "_meta"))
	if err != nil {
		t.Fatal(err)
	}
	defer d.close()
	before, _, err := readTags(d)
	if err != nil {
		t.Fatal(err)
	}
	foreign("between")
	if err := l.replace(d, before, []byte(`{"tags": ["stale"]}`)); err != nil {
		t.Fatal(err)
	}
	if after, _, err := readTags(d); err != nil || !cmp.Equal(after.User, []string{"between"}) {
		t.Errorf("a change made between was lost: %v, %v", after, err)
	}
}
