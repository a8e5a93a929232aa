package conformance

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/config/deploy"
)

// names are stable, and no two things have the same, however alike they are.
func names(t *testing.T, s *Subject) {
	long := strings.Repeat("long", 40)
	seen := map[string][3]string{}
	for _, of := range [][3]string{
		{"p", "e", "v"}, {"p-e", "v", ""}, {"p", "e-v", ""}, {"p", "", "e-v"}, {"p", "e", "V"}, {"p", "e", "v.1"}, {"p", "e", "v-1"}, {"p", "e", "v_1"}, {"p", "e", "größe"},
		{"p", "e", "grösse"}, {long, "e", "v"}, {long, "e", "w"}, {long + "x", "e", "v"}, {"p", "e", long}, {"p", "e", long + "x"}, {"pe", "v", "x"}, {"p", "ev", "x"},
	} {
		name := s.Target.Name(of[0], of[1], of[2])
		if name == "" || name != s.Target.Name(of[0], of[1], of[2]) {
			t.Errorf("the name of %q is %q, and then another", of, name)
		}
		if other, taken := seen[name]; taken {
			t.Errorf("%q and %q are both %q", of, other, name)
		}
		seen[name] = of
	}
}

// render gives the same for the same, and JSON that people can read.
func render(t *testing.T, s *Subject) {
	d := s.deployment(t, "us")
	if problems := s.Target.Check(d); len(problems) > 0 {
		t.Errorf("problems %+v", problems)
	}
	first := rendered(t, s, d)
	if again := rendered(t, s, s.deployment(t, "us")); !reflect.DeepEqual(first, again) {
		t.Errorf("the same deployment made\n%s\nand\n%s", first, again)
	}
	seen := map[string]bool{}
	for _, doc := range first {
		if key := doc.Kind + "/" + doc.Name; seen[key] || doc.Kind == "" || doc.Name == "" {
			t.Errorf("document %q twice, or without a name", key)
		} else {
			seen[key] = true
		}
		if !json.Valid(doc.Body) || !strings.Contains(string(doc.Body), "\n  ") {
			t.Errorf("document %s is not indented JSON:\n%s", doc.Kind, doc.Body)
		}
	}
	other := s.deployment(t, "us")
	other.Batch.Queue = "another"
	if reflect.DeepEqual(rendered(t, s, other), first) {
		t.Error("another queue makes no difference")
	}
}

func rendered(t *testing.T, s *Subject, d *deploy.Deployment) []deploy.Document {
	t.Helper()
	docs, err := s.Target.Render(d)
	if err != nil || len(docs) == 0 {
		t.Fatalf("%d documents, %v", len(docs), err)
	}
	return docs
}

// nothing is deployed: that is no error to look at or to remove, but to use.
func nothing(t *testing.T, s *Subject) {
	ctx, name := t.Context(), s.Target.Name("demand", "prod", "us")
	if live, err := s.Target.Live(ctx, name); live != nil || err != nil {
		t.Errorf("live %+v, %v", live, err)
	}
	if err := s.Target.Remove(ctx, name); err != nil {
		t.Error(err)
	}
	var missing *deploy.MissingError
	if _, err := s.Target.Trigger(ctx, name, nil); !errors.As(err, &missing) {
		t.Errorf("trigger: %v", err)
	}
	if _, err := s.Target.Runs(ctx, name, nil, 10); !errors.As(err, &missing) {
		t.Errorf("runs: %v", err)
	}
}

func install(t *testing.T, s *Subject, d *deploy.Deployment) []deploy.Document {
	t.Helper()
	docs := rendered(t, s, d)
	if err := s.Target.Put(t.Context(), d, docs); err != nil {
		t.Fatal(err)
	}
	return docs
}

func sent(docs []deploy.Document) []deploy.Sent {
	var out []deploy.Sent
	for _, d := range docs {
		out = append(out, deploy.Sent{Kind: d.Kind, Name: d.Name, SHA256: d.Sum(), Body: d.Body})
	}
	return out
}

// put makes what is there what was rendered: the first time, again, and when something is different.
func put(t *testing.T, s *Subject) {
	d := s.deployment(t, "us")
	for _, queue := range []string{"queue", "queue", "another"} {
		d.Batch.Queue = queue
		d.Identity.Settings = "settings with " + queue
		docs := install(t, s, d)
		live, err := s.Target.Live(t.Context(), d.Name)
		if err != nil || live == nil {
			t.Fatalf("live %+v, %v", live, err)
		}
		if live.Identity == nil || *live.Identity != d.Identity || live.Owner != d.User || live.Token != d.Token || live.Name != d.Name || live.Changed.IsZero() {
			t.Errorf("live %+v with %+v", live, live.Identity)
		}
		if drifts := deploy.Drifts(sent(docs), live); len(drifts) > 0 {
			t.Errorf("what was just put is not what is there: %+v", drifts)
		}
	}
	other := s.deployment(t, "eu")
	install(t, s, other)
	if live, err := s.Target.Live(t.Context(), d.Name); err != nil || live == nil || !live.Is(d.Identity) || live.Is(other.Identity) {
		t.Errorf("another variant changed this one: %+v, %v", live, err)
	}
}

// documentsGo: what is no longer wanted is no longer there.
func documentsGo(t *testing.T, s *Subject) {
	d := s.deployment(t, "us")
	bare := len(rendered(t, s, d))
	d.Schedule = "0 6 * * ? *"
	with := install(t, s, d)
	if len(with) <= bare {
		t.Errorf("a schedule makes no document")
	}
	d.Schedule = ""
	docs := install(t, s, d)
	live, err := s.Target.Live(t.Context(), d.Name)
	if err != nil || live == nil {
		t.Fatalf("live %+v, %v", live, err)
	}
	if drifts := deploy.Drifts(sent(docs), live); len(drifts) > 0 {
		t.Errorf("the schedule went, and left %+v", drifts)
	}
	if drifts := deploy.Drifts(sent(with), live); len(drifts) == 0 {
		t.Error("it is not seen that the schedule is gone")
	}
}

// owner: what one has deployed another changes only with its token.
func owner(t *testing.T, s *Subject) {
	d := s.deployment(t, "us")
	install(t, s, d)
	d.User, d.Token = "bob", ""
	docs := rendered(t, s, d)
	var owned *deploy.OwnedError
	if err := s.Target.Put(t.Context(), d, docs); !errors.As(err, &owned) || owned.Owner != "ann" {
		t.Errorf("without the token: %v", err)
	}
	d.Token = "token-of-us"
	if err := s.Target.Put(t.Context(), d, docs); err != nil {
		t.Errorf("with the token: %v", err)
	}
}

// remove removes all of it, and can be done again.
func remove(t *testing.T, s *Subject) {
	d, other := s.deployment(t, "us"), s.deployment(t, "eu")
	d.Schedule = "0 6 * * ? *"
	install(t, s, d)
	install(t, s, other)
	for range 2 {
		if err := s.Target.Remove(t.Context(), d.Name); err != nil {
			t.Fatal(err)
		}
		if live, err := s.Target.Live(t.Context(), d.Name); live != nil || err != nil {
			t.Errorf("it is still there: %+v, %v", live, err)
		}
	}
	if live, err := s.Target.Live(t.Context(), other.Name); live == nil || err != nil {
		t.Errorf("the other one went with it: %v", err)
	}
	install(t, s, d)
}

// runs are started, listed, and stopped.
func runs(t *testing.T, s *Subject) {
	ctx := t.Context()
	d := s.deployment(t, "us")
	install(t, s, d)
	var ids []string
	for range 3 {
		id, err := s.Target.Trigger(ctx, d.Name, map[string]json.RawMessage{"alpha": json.RawMessage("0.5")})
		if err != nil || id == "" {
			t.Fatalf("run %q, %v", id, err)
		}
		ids = append(ids, id)
	}
	if ids[0] == ids[1] || ids[1] == ids[2] {
		t.Errorf("runs %v", ids)
	}
	found, err := s.Target.Runs(ctx, d.Name, nil, 2)
	if err != nil || len(found) != 2 || found[0].Started.Before(found[1].Started) {
		t.Errorf("the newest two runs are %+v, %v", found, err)
	}
	if err := s.Target.Stop(ctx, d.Name, ids[0]); err != nil {
		t.Fatal(err)
	}
	if s.Finish != nil {
		s.Finish(t, d.Name, ids[1])
		only(t, s, d.Name, deploy.Succeeded, ids[1])
	}
	only(t, s, d.Name, deploy.Stopped, ids[0])
	var missing *deploy.MissingError
	if err := s.Target.Stop(ctx, d.Name, "none-of-these"); !errors.As(err, &missing) {
		t.Errorf("stop of no run: %v", err)
	}
}

func only(t *testing.T, s *Subject, name string, state deploy.State, id string) {
	t.Helper()
	found, err := s.Target.Runs(t.Context(), name, []deploy.State{state}, 10)
	if err != nil || len(found) != 1 || found[0].ID != id || found[0].State != state || found[0].Ended.IsZero() {
		t.Errorf("runs that are %s: %+v, %v; want %s", state, found, err, id)
	}
}
