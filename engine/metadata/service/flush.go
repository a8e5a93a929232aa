package service

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// LostError says what of a run the service does not know.
type LostError struct {
	URL     string
	Writes  int      // that were not posted
	Tasks   []string // whose
	Refused error    // what the service does not want, nil if it wants all
	Err     *Error   // why nothing could be posted, nil if something else is the matter
	Waited  time.Duration

	ended error // of the context that ended the wait, if one did
}

// Error says what is missing.
func (e *LostError) Error() string {
	var parts []string
	if e.Writes > 0 {
		text := fmt.Sprintf("the metadata service at %s lacks %s of %s", e.URL, count(e.Writes, "record", "records"), some(e.Tasks))
		if e.Err != nil {
			text += ": " + e.Err.Short()
		}
		if e.Waited > 0 {
			text += fmt.Sprintf(" (waited %s for it)", e.Waited.Round(time.Second/10))
		}
		parts = append(parts, text)
	}
	if e.Refused != nil {
		parts = append(parts, e.Refused.Error())
	}
	return strings.Join(parts, "; ")
}

// Remedy is the way out.
func (e *LostError) Remedy() string {
	switch {
	case e.Err != nil && e.Err.Kind != Unreachable:
		return e.Err.Remedy()
	case e.Writes > 0:
		return fmt.Sprintf("wait until the metadata service at %s answers (`spindle doctor` asks it)", e.URL)
	}
	return "see what the service refused"
}

// Unwrap gives the reasons.
func (e *LostError) Unwrap() []error {
	var errs []error
	if e.Refused != nil {
		errs = append(errs, e.Refused)
	}
	if e.Err != nil {
		errs = append(errs, e.Err)
	}
	if e.ended != nil {
		errs = append(errs, e.ended)
	}
	return errs
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// some names the first of many tasks.
func some(tasks []string) string {
	const shown = 3
	if len(tasks) <= shown {
		return strings.Join(tasks, ", ")
	}
	return fmt.Sprintf("%s and %d more tasks", strings.Join(tasks[:shown], ", "), len(tasks)-shown)
}

// Flush implements [metadata.Deferred]. It waits as long as something arrives now and then, and for the patience of the options where nothing does. The
// error is a [*LostError].
func (s *Service) Flush(ctx context.Context) error {
	began, q := s.opts.Now(), s.queue
	for {
		q.mu.Lock()
		open, changed, since := q.open, q.change(), q.moved
		q.mu.Unlock()
		if open == 0 {
			s.beats.flush(ctx)
			return q.lost(0)
		}
		if since.Before(began) {
			since = began
		}
		left := s.opts.Patience - s.opts.Now().Sub(since)
		if left <= 0 {
			return q.lost(s.opts.Now().Sub(began))
		}
		if err := s.await(ctx, changed, left); err != nil {
			return q.cutShort(s.opts.Now().Sub(began), err)
		}
	}
}

// cutShort is the error of a wait that its context ended.
func (q *queue) cutShort(waited time.Duration, ended error) error {
	err := q.lost(waited)
	if e := (*LostError)(nil); errors.As(err, &e) {
		e.ended = ended
		return e
	}
	return ended
}

// await returns when something has changed or d is over.
func (s *Service) await(ctx context.Context, changed <-chan struct{}, d time.Duration) error {
	sleeping, cancel := context.WithCancel(ctx)
	defer cancel()
	select {
	case <-changed:
	case <-s.after(sleeping, d):
	case <-ctx.Done():
	}
	return ctx.Err()
}

// lost is the error of what has not arrived; nil if all has.
func (q *queue) lost(waited time.Duration) error {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.open == 0 && len(q.refused) == 0 {
		return nil
	}
	e := &LostError{URL: q.s.opts.URL, Writes: q.open, Waited: waited}
	if q.open > 0 {
		e.Err = q.s.health.failure()
	}
	for t := range q.lanes {
		e.Tasks = append(e.Tasks, t.Run+"/"+t.Step+"/"+t.Task)
	}
	slices.Sort(e.Tasks)
	if n := len(q.refused); n > 0 {
		e.Refused = q.refused[0].err
		if n > 1 {
			e.Refused = fmt.Errorf("%w (and %d more)", e.Refused, n-1)
		}
	}
	return e
}

// settle returns when what was written so far of a task, or of all tasks of a run or step, has arrived.
func (q *queue) settle(ctx context.Context, of metadata.TaskID) error {
	if of.Run == "" {
		return nil
	}
	q.mu.Lock()
	until := q.seq
	q.mu.Unlock()
	if of.Task != "" {
		until = 1<<63 - 1
	}
	began := q.s.opts.Now()
	for {
		q.mu.Lock()
		waits := q.behind(of, until)
		changed := q.change()
		q.mu.Unlock()
		if !waits {
			return nil
		}
		left := q.s.opts.Patience - q.s.opts.Now().Sub(began)
		if left <= 0 {
			return q.lost(q.s.opts.Now().Sub(began))
		}
		if err := q.s.await(ctx, changed, left); err != nil {
			return err
		}
	}
}

// behind says whether a write up to a number has not arrived. The caller holds mu.
func (q *queue) behind(of metadata.TaskID, until int64) bool {
	if of.Task != "" {
		l := q.lanes[of]
		return l != nil && len(l.waiting) > 0
	}
	for t, l := range q.lanes {
		if t.Flow == of.Flow && t.Run == of.Run && (of.Step == "" || t.Step == of.Step) && len(l.waiting) > 0 && l.waiting[0].seq <= until {
			return true
		}
	}
	return false
}
