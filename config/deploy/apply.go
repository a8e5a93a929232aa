package deploy

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// Ready is a variant that was prepared.
type Ready struct {
	Deployment *Deployment
	// Send brings what the deployment names by its content to the datastore: code, helpers. It may be called again.
	Send func(ctx context.Context) error
}

// Applier does what plans say.
//
// All it does to the world can be done again, and is done in an order that leaves nothing half: things that go by their content first; a record that the variant
// is under way; the deployment; the record that it is there. Whatever moment it is killed at, the next apply finds by the record what was begun, and finishes it.
type Applier struct {
	Book    *Book
	Targets func(kind string) (Target, error)
	// Prepare makes a variant ready.
	Prepare func(ctx context.Context, w *Wanted) (*Ready, error)
	// Note is told of every record that was written, nil for one that was removed. It is never called twice at once.
	Note func(variant string, a *Applied) error
	// Prune removes what left spindle.yaml. Without it that stays.
	Prune bool
	Width int // variants at once
	// Observe is told how it goes, from several goroutines.
	Observe func(Event)

	noting sync.Mutex
}

// Phase is what is being done with a variant.
type Phase string

// The phases of a variant.
const (
	Preparing Phase = "preparing"
	Sending   Phase = "sending"
	Putting   Phase = "putting"
	Removing  Phase = "removing"
	Done      Phase = "done"
	Failing   Phase = "failed"
)

// Event tells how a variant goes.
type Event struct {
	Variant string
	Action  Action
	Phase   Phase
	Err     error // of Failing
}

// Result is what became of a variant.
type Result struct {
	Change *Change
	// Applied says that it was done; where it is false and Err is nil there was nothing to do.
	Applied bool
	// Begun is false for one that was not begun, because the whole was ended; Err says why it was.
	Begun bool
	Err   error
}

// ErrFaulty is a variant that the target cannot run.
var ErrFaulty = errors.New("the target cannot run it")

// Apply does what a plan says. Variants go side by side, and one that fails keeps none of the others. When ctx ends, what has not begun is not begun.
func (a *Applier) Apply(ctx context.Context, p *Plan) []Result {
	results := make([]Result, len(p.Changes))
	slots := make(chan struct{}, max(a.Width, 1))
	var wait sync.WaitGroup
	for i, c := range p.Changes {
		results[i].Change = c
		if !a.does(c) {
			continue
		}
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			if results[i].Err = context.Cause(ctx); results[i].Err != nil {
				return
			}
			results[i].Begun = true
			err := a.one(ctx, c)
			if cause := context.Cause(ctx); err != nil && cause != nil && errors.Is(err, ctx.Err()) {
				err = cause // why it was ended says more than that it was
			}
			results[i].Applied, results[i].Err = err == nil, err
			phase := Done
			if err != nil {
				phase = Failing
			}
			a.Observe(Event{c.Variant, c.Action, phase, err})
		})
	}
	wait.Wait()
	return results
}

// does says whether there is anything to do.
func (a *Applier) does(c *Change) bool {
	switch c.Action {
	case Keep:
		return false
	case Remove:
		return a.Prune
	}
	return true
}

func (a *Applier) one(ctx context.Context, c *Change) error {
	if c.Action == Remove {
		return a.remove(ctx, c)
	}
	if c.Faulty() {
		return ErrFaulty
	}
	return a.put(ctx, c)
}

func (a *Applier) put(ctx context.Context, c *Change) error {
	tell := func(p Phase) { a.Observe(Event{c.Variant, c.Action, p, nil}) }
	target, err := a.Targets(c.Target)
	if err != nil {
		return err
	}
	tell(Preparing)
	ready, err := a.Prepare(ctx, c.Wanted)
	if err != nil {
		return err
	}
	if problems := target.Check(ready.Deployment); len(problems) > 0 {
		return &ProblemsError{problems}
	}
	if looker, ok := target.(Looker); ok {
		if err := looker.Look(ctx, ready.Deployment); err != nil {
			return err
		}
	}
	docs, err := target.Render(ready.Deployment)
	if err != nil {
		return err
	}
	applied := applied(c, ready.Deployment, docs)
	tell(Sending)
	if err := ready.Send(ctx); err != nil {
		return err
	}
	if err := a.note(ctx, applied); err != nil {
		return err
	}
	tell(Putting)
	if err := target.Put(ctx, ready.Deployment, docs); err != nil {
		return a.refused(ctx, c, err)
	}
	for _, old := range applied.Replaces {
		if err := a.removeAt(ctx, old, c.Applied.Identity); err != nil {
			return err
		}
	}
	applied.Underway, applied.Replaces = false, nil
	return a.note(ctx, applied)
}

// refused takes back the record of what was begun where the target says that others have something there: nothing of ours is.
func (a *Applier) refused(ctx context.Context, c *Change, err error) error {
	if owned := (*OwnedError)(nil); !errors.As(err, &owned) {
		return err
	}
	if c.Applied != nil {
		return errors.Join(err, a.note(ctx, c.Applied))
	}
	return errors.Join(err, a.Book.Forget(ctx, c.Variant), a.noteHere(c.Variant, nil))
}

// applied is the record of a change that is under way.
func applied(c *Change, d *Deployment, docs []Document) *Applied {
	a := &Applied{Target: c.Target, Name: c.Name, Identity: d.Identity, Underway: true, Settings: c.Wanted.Settings, Files: c.Wanted.Files}
	for _, doc := range docs {
		a.Documents = append(a.Documents, Sent{doc.Kind, doc.Name, doc.Sum(), doc.Body})
	}
	if c.Applied == nil {
		return a
	}
	for _, old := range append([]Placed{{c.Applied.Target, c.Applied.Name}}, c.Applied.Replaces...) {
		if old != (Placed{a.Target, a.Name}) {
			a.Replaces = append(a.Replaces, old)
		}
	}
	return a
}

func (a *Applier) remove(ctx context.Context, c *Change) error {
	a.Observe(Event{c.Variant, c.Action, Removing, nil})
	for _, old := range append([]Placed{{c.Applied.Target, c.Applied.Name}}, c.Applied.Replaces...) {
		if err := a.removeAt(ctx, old, c.Applied.Identity); err != nil {
			return err
		}
	}
	if err := a.Book.Forget(ctx, c.Variant); err != nil {
		return err
	}
	return a.noteHere(c.Variant, nil)
}

// removeAt removes what was deployed somewhere, unless others have put something of theirs there since.
func (a *Applier) removeAt(ctx context.Context, old Placed, is Identity) error {
	target, err := a.Targets(old.Target)
	if err != nil {
		return err
	}
	live, err := target.Live(ctx, old.Name)
	if err != nil {
		return fmt.Errorf("look at %q: %w", old.Name, err)
	}
	if live != nil && !live.Is(is) {
		return &OwnedError{old.Name, live.Who()}
	}
	if err := target.Remove(ctx, old.Name); err != nil {
		return fmt.Errorf("remove %q: %w", old.Name, err)
	}
	return nil
}

// note writes a record to the datastore and to the project's folder.
func (a *Applier) note(ctx context.Context, applied *Applied) error {
	if err := a.Book.Write(ctx, applied); err != nil {
		return err
	}
	copied := *applied
	return a.noteHere(applied.Identity.Variant, &copied)
}

func (a *Applier) noteHere(variant string, applied *Applied) error {
	a.noting.Lock()
	defer a.noting.Unlock()
	return a.Note(variant, applied)
}

// Destroy is the plan that removes what was applied, but for variants that are not chosen.
func Destroy(applied *Record, choose func(variant string) bool) *Plan {
	return Make(nil, applied).Only(choose)
}
