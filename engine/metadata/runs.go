package metadata

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"time"
)

// horizon is how far ahead of the clock a run's id may lie and still count as an id made from a clock that was later
// set back. Anything beyond is a number that came from elsewhere.
const horizon = 24 * time.Hour

// NewRun implements [Provider]. An id is the time in µs; the next free one where that is taken or lies before the
// latest. Creating the folder decides who gets it.
func (l *Local) NewRun(ctx context.Context, flow string, tags Tags) (string, error) {
	if err := errors.Join(ctx.Err(), checkNames(flow), checkTagSet(tags.User, 0)); err != nil {
		return "", fmt.Errorf("new run of %s: %w", flow, err)
	}
	id, err := l.newRun(flow, tags)
	if err != nil {
		return "", fmt.Errorf("new run of %s: %w", flow, err)
	}
	return id, nil
}

func (l *Local) newRun(flow string, tags Tags) (string, error) {
	if err := l.ensureFlow(flow); err != nil {
		return "", err
	}
	now := l.opts.Now()
	latest, err := latestID(l.path(TaskID{Flow: flow}), now.Add(horizon).UnixMicro())
	if err != nil {
		return "", err
	}
	for n := l.claim(max(now.UnixMicro(), latest+1)); ; n = l.claim(n + 1) {
		id := strconv.FormatInt(n, 10)
		t := TaskID{Flow: flow, Run: id}
		err := mkdir(l.path(t))
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return "", err
		}
		// The time of the run follows its id, so that the order by time is the order of ids.
		ms := max(l.stamp(), n/1000)
		_, err = l.ensureSelf(l.path(t), appendObject(nil, t, l.opts.User, tags, ms))
		return id, err
	}
}

// claim is n, or the number after the last one claimed in this process.
func (l *Local) claim(n int64) int64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.lastRun = max(n, l.lastRun+1)
	return l.lastRun
}

// latestID is the greatest number up to limit that names a folder in path.
func latestID(path string, limit int64) (int64, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	names, err := f.Readdirnames(-1)
	if err != nil {
		return 0, err
	}
	var latest int64
	for _, name := range names {
		if n, err := strconv.ParseInt(name, 10, 64); err == nil && n <= limit {
			latest = max(latest, n)
		}
	}
	return latest, nil
}

func (l *Local) ensureFlow(flow string) error {
	path := l.path(TaskID{Flow: flow})
	if _, ok := l.known.Load(path); ok {
		return nil
	}
	b := appendField([]byte{'{'}, "flow_id", flow)
	b = append(strconv.AppendInt(appendName(b, "ts_epoch"), l.stamp(), 10), '}')
	if _, err := l.ensureSelf(path, b); err != nil {
		return err
	}
	l.known.Store(path, struct{}{})
	return nil
}

// RegisterRun implements [Provider].
func (l *Local) RegisterRun(ctx context.Context, flow, id string, tags Tags) (bool, error) {
	if err := errors.Join(ctx.Err(), checkNames(flow, id), checkTagSet(tags.User, 0)); err != nil {
		return false, fmt.Errorf("register run %s/%s: %w", flow, id, err)
	}
	if err := l.ensureFlow(flow); err != nil {
		return false, fmt.Errorf("register run %s/%s: %w", flow, id, err)
	}
	t := TaskID{Flow: flow, Run: id}
	created, err := l.ensureSelf(l.path(t), appendObject(nil, t, l.opts.User, tags, l.stamp()))
	if err != nil {
		return false, fmt.Errorf("register run %s/%s: %w", flow, id, err)
	}
	return created, nil
}
