package deploy_test

import (
	"context"
	"errors"
	"reflect"
	"slices"
	"testing"

	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/config/deploy/conformance/filetarget"
	"github.com/spindle-flow/spindle/engine/lint"
	"github.com/spindle-flow/spindle/tests/s3server"
)

func TestApply(t *testing.T) {
	t.Parallel()
	server := s3server.Start(t)
	t.Run("one fails", func(t *testing.T) { testOneFails(t, newWorld(t, server)) })
	t.Run("again", func(t *testing.T) { testAgain(t, newWorld(t, server)) })
	t.Run("prune", func(t *testing.T) { testPrune(t, newWorld(t, server)) })
	t.Run("moved to another name", func(t *testing.T) { testRenamed(t, newWorld(t, server)) })
	t.Run("of others", func(t *testing.T) { testOthers(t, newWorld(t, server)) })
	t.Run("interrupted", func(t *testing.T) { testInterrupted(t, newWorld(t, server)) })
	t.Run("drift", func(t *testing.T) { testDrift(t, newWorld(t, server)) })
	t.Run("killed", func(t *testing.T) { testKilled(t, server) })
}

func (p *process) mustApply(wanted []*deploy.Wanted, prune bool) *deploy.Plan {
	p.t.Helper()
	plan, results, err := p.apply(p.t.Context(), wanted, prune)
	if err != nil {
		p.t.Fatal(err)
	}
	for _, r := range results {
		if r.Err != nil {
			p.t.Fatalf("%s: %v", r.Change.Variant, r.Err)
		}
	}
	return plan
}

func actions(p *deploy.Plan) (out []string) {
	for _, c := range p.Changes {
		out = append(out, c.Variant+" "+string(c.Action))
	}
	return out
}

func expect(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s: %q, want %q", what, got, want)
	}
}

func testOneFails(t *testing.T, w *world) {
	p := w.process(-1, false)
	faulty := p.wanted("faulty")
	faulty.Problems = []lint.Diagnostic{{Code: "SP501", Severity: lint.Error}}
	wanted := []*deploy.Wanted{p.wanted("us"), p.wanted("broken", "broken", "1"), faulty, p.wanted("eu")}
	_, results, err := p.apply(t.Context(), wanted, false)
	if err != nil {
		t.Fatal(err)
	}
	expect(t, "failed", failed(results), []string{"broken", "faulty"})
	if !errors.Is(results[2].Err, deploy.ErrFaulty) || !results[0].Applied || results[1].Applied {
		t.Errorf("results %+v", results)
	}
	wanted[1] = p.wanted("broken")
	wanted[2] = p.wanted("faulty")
	plan := p.mustApply(wanted, false)
	expect(t, "the rest", actions(plan), []string{"us keep", "broken create", "faulty create", "eu keep"})
}

func testAgain(t *testing.T, w *world) {
	p := w.process(-1, false)
	p.mustApply([]*deploy.Wanted{p.wanted("us", "queue", "a"), p.wanted("eu")}, false)
	before := p.budget.used
	plan := p.mustApply([]*deploy.Wanted{p.wanted("us", "queue", "a"), p.wanted("eu")}, false)
	if !plan.Empty() || p.budget.used != before {
		t.Errorf("the second apply did %v with %d requests", actions(plan), p.budget.used-before)
	}
	plan = p.mustApply([]*deploy.Wanted{p.wanted("us", "queue", "b"), p.wanted("eu")}, false)
	expect(t, "changed", actions(plan), []string{"us change", "eu keep"})
	if d := plan.Changes[0].Settings; len(d) != 1 || *d[0].Before != "a" || *d[0].After != "b" {
		t.Errorf("differences %+v", d)
	}
	read, err := p.book.Read(t.Context(), "us")
	if err != nil || read.Digest() != p.record.Of("us").Digest() {
		t.Errorf("the record here is another than that in the bucket: %v", err)
	}
}

func testPrune(t *testing.T, w *world) {
	p := w.process(-1, false)
	p.mustApply([]*deploy.Wanted{p.wanted("us"), p.wanted("eu")}, false)
	plan := p.mustApply([]*deploy.Wanted{p.wanted("us")}, false)
	expect(t, "left alone", actions(plan), []string{"us keep", "eu remove"})
	if n := len(w.state()); n != 4 {
		t.Errorf("without --prune: %q", w.state())
	}
	p.mustApply([]*deploy.Wanted{p.wanted("us")}, true)
	expect(t, "pruned", w.state(), []string{"deployed " + p.wanted("us").Name, "record us " + p.wanted("us").Name + " underway false of 1 documents"})
	if p.record.Of("eu") != nil {
		t.Error("the record here still has what was removed")
	}
}

// testRenamed: a variant whose name on the target is another than it was leaves nothing behind.
func testRenamed(t *testing.T, w *world) {
	p := w.process(-1, false)
	p.mustApply([]*deploy.Wanted{p.wanted("us")}, false)
	moved := p.wanted("us")
	moved.Name = "another-name"
	p.mustApply([]*deploy.Wanted{moved}, false)
	expect(t, "renamed", w.state(), []string{"deployed another-name", "record us another-name underway false of 1 documents"})
}

// testOthers: what somebody else has deployed is neither overwritten nor removed.
func testOthers(t *testing.T, w *world) {
	p := w.process(-1, false)
	theirs, err := p.applier(false).Prepare(t.Context(), p.wanted("us"))
	if err != nil {
		t.Fatal(err)
	}
	theirs.Deployment.Identity, theirs.Deployment.User, theirs.Deployment.Token = deploy.Identity{}, "bob", "his"
	docs, err := p.target.Render(theirs.Deployment)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.target.Put(t.Context(), theirs.Deployment, docs); err != nil {
		t.Fatal(err)
	}
	plan := deploy.Make([]*deploy.Wanted{p.wanted("us")}, &deploy.Record{Project: "demand", Environment: "prod"})
	if err := plan.Look(t.Context(), p.targets); err != nil || plan.Changes[0].Owner != "bob" {
		t.Errorf("it is not seen whose it is: %v, %+v", err, plan.Changes[0])
	}
	var owned *deploy.OwnedError
	_, results, err := p.apply(t.Context(), []*deploy.Wanted{p.wanted("us")}, false)
	if err != nil || !errors.As(results[0].Err, &owned) {
		t.Fatalf("put over what is bob's: %v, %+v", err, results)
	}
	known, err := p.book.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if len(known.Variants) > 0 {
		t.Errorf("on record: %+v", known.Variants)
	}
	known.Set("us", &deploy.Applied{Target: filetarget.Kind, Name: p.wanted("us").Name, Identity: p.wanted("us").Identity}) // bob took the name over
	results = p.applier(true).Apply(t.Context(), deploy.Destroy(known, func(string) bool { return true }))
	for _, r := range results {
		if !errors.As(r.Err, &owned) {
			t.Errorf("what is bob's was removed: %+v", r)
		}
	}
	if live, err := p.target.Live(t.Context(), p.wanted("us").Name); err != nil || live == nil || live.Owner != "bob" {
		t.Errorf("live %+v, %v", live, err)
	}
}

func testInterrupted(t *testing.T, w *world) {
	p := w.process(-1, false)
	why := errors.New("the lock was lost")
	ctx, cancel := context.WithCancelCause(t.Context())
	applier := p.applier(false)
	applier.Width = 1
	applier.Observe = func(e deploy.Event) {
		if e.Phase == deploy.Putting {
			cancel(why)
		}
	}
	plan := deploy.Make([]*deploy.Wanted{p.wanted("us"), p.wanted("eu")}, &deploy.Record{Project: "demand", Environment: "prod"})
	for _, r := range applier.Apply(ctx, plan) {
		if !errors.Is(r.Err, why) {
			t.Errorf("%s: %v", r.Change.Variant, r.Err)
		}
	}
	plan = p.mustApply([]*deploy.Wanted{p.wanted("us"), p.wanted("eu")}, false)
	expect(t, "goes on", actions(plan), []string{"us finish", "eu create"})
}

func testDrift(t *testing.T, w *world) {
	p := w.process(-1, false)
	wanted := []*deploy.Wanted{p.wanted("us", "queue", "a", "schedule", "0 6 * * ? *"), p.wanted("eu", "queue", "a")}
	p.mustApply(wanted, false)
	byHand, err := p.applier(false).Prepare(t.Context(), p.wanted("us", "queue", "faster"))
	if err != nil {
		t.Fatal(err)
	}
	byHand.Deployment.Identity = p.wanted("us", "queue", "a", "schedule", "0 6 * * ? *").Identity
	docs, err := p.target.Render(byHand.Deployment)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.target.Put(t.Context(), byHand.Deployment, docs); err != nil {
		t.Fatal(err)
	}
	known, err := p.book.All(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	plan := deploy.Make(wanted, known)
	if err := plan.Look(t.Context(), p.targets); err != nil {
		t.Fatal(err)
	}
	expect(t, "seen", actions(plan), []string{"us repair", "eu keep"})
	d := plan.Changes[0].Drift
	if len(d) != 2 || d[0].What != "changed" || len(d[0].Values) != 1 || d[0].Values[0].Name != "queue" || *d[0].Values[0].After != `"faster"` || d[1].What != "gone" {
		t.Errorf("drift %+v", d)
	}
	for _, r := range p.applier(false).Apply(t.Context(), plan) {
		if r.Err != nil {
			t.Error(r.Err)
		}
	}
	again := deploy.Make(wanted, known)
	if err := again.Look(t.Context(), p.targets); err != nil || !again.Empty() {
		t.Errorf("after the repair: %v, %v", actions(again), err)
	}
}

// testKilled kills an apply before each change it makes, and once more after the change was made and before its answer came; the next apply finishes it, and
// what is there then is what an apply makes that was never killed.
func testKilled(t *testing.T, server *s3server.Server) {
	first := func(p *process) []*deploy.Wanted {
		return []*deploy.Wanted{p.wanted("us", "queue", "a"), p.wanted("gone")}
	}
	second := func(p *process) []*deploy.Wanted {
		renamed := p.wanted("us", "queue", "b", "schedule", "0 6 * * ? *")
		renamed.Name = "renamed"
		return []*deploy.Wanted{renamed, p.wanted("eu")}
	}
	whole := newWorld(t, server)
	p := whole.process(-1, false)
	p.mustApply(first(p), true)
	p = whole.process(-1, false)
	p.mustApply(second(p), true)
	steps, want := p.budget.used, whole.state()
	if steps < 8 {
		t.Fatalf("an apply makes only %d changes", steps)
	}
	for _, late := range []bool{false, true} {
		for n := range steps {
			w := newWorld(t, server)
			p := w.process(-1, false)
			p.mustApply(first(p), true)
			killed := w.process(n, late)
			if _, results, err := killed.apply(t.Context(), second(killed), true); err == nil && len(failed(results)) == 0 {
				t.Errorf("killed after %d changes: nobody noticed", n)
			}
			p = w.process(-1, false)
			p.mustApply(second(p), true)
			if got := w.state(); !reflect.DeepEqual(got, want) {
				t.Errorf("killed after %d changes (late %v), then finished:\n%q\nwant\n%q", n, late, got, want)
			}
		}
	}
}
