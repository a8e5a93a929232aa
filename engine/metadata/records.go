package metadata

import (
	"context"
	"errors"
	"regexp"
	"sort"
	"strconv"
	"strings"
	"time"
)

const recordPrefix = "sysmeta_"

// Metadata implements [Provider].
func (l *Local) Metadata(ctx context.Context, t TaskID, attempt int) ([]Record, error) {
	rs, err := l.records(ctx, t, nil)
	if attempt >= 0 {
		rs = ofAttempt(rs, attempt)
	}
	return rs, err
}

// Fields implements [Provider].
func (l *Local) Fields(ctx context.Context, t TaskID, fields ...string) (map[string]Record, error) {
	rs, err := l.records(ctx, t, func(field string) bool { return contains(fields, field) })
	latest := make(map[string]Record, len(fields))
	for _, r := range rs {
		latest[r.Field] = r
	}
	return latest, err
}

// records reads those of a task whose field is wanted, oldest first; of the same ms, in the order of file names.
func (l *Local) records(ctx context.Context, t TaskID, wanted func(field string) bool) ([]Record, error) {
	d, names, err := l.openRead(ctx, t)
	if err != nil {
		return nil, err
	}
	defer d.close()
	sort.Strings(names)
	rs := make([]Record, 0, len(names))
	var faults []error
	for _, name := range names {
		if field, ok := fieldOf(name); !ok || wanted != nil && !wanted(field) {
			continue
		}
		doc, err := d.document(name)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		rs = append(rs, doc.record())
	}
	sort.SliceStable(rs, func(i, j int) bool { return rs[i].At.Before(rs[j].At) })
	return rs, errors.Join(faults...)
}

// fieldOf is the field that a record's file name states: sysmeta_<field>_<ms>.json.
func fieldOf(name string) (string, bool) {
	if !strings.HasPrefix(name, recordPrefix) {
		return "", false
	}
	field := name[len(recordPrefix):]
	if i := strings.LastIndexByte(field, '_'); i >= 0 {
		field = field[:i]
	}
	return field, true
}

var attemptTag = regexp.MustCompile(`^attempt_id:([0-9]+)`)

// ofAttempt keeps the records of one attempt. When some do not say theirs, as in stores of early Metaflow versions,
// all are told apart by the times at which attempts began.
func ofAttempt(rs []Record, attempt int) []Record {
	var kept []Record
	began := make(map[int]time.Time)
	for _, r := range rs {
		if n, err := strconv.Atoi(r.Value); err == nil && r.Field == "attempt" {
			began[n] = r.At
		}
	}
	for _, r := range rs {
		n, ok := r.attempt()
		if !ok {
			return inWindow(rs, began, attempt)
		}
		if n == attempt {
			kept = append(kept, r)
		}
	}
	return kept
}

func inWindow(rs []Record, began map[int]time.Time, attempt int) []Record {
	from, ok := began[attempt]
	if !ok {
		return nil
	}
	until, ended := began[attempt+1]
	var kept []Record
	for _, r := range rs {
		if !r.At.Before(from) && (!ended || r.At.Before(until)) {
			kept = append(kept, r)
		}
	}
	return kept
}

// attempt is the attempt a record says it belongs to.
func (r Record) attempt() (int, bool) {
	for _, tag := range r.Tags {
		if m := attemptTag.FindStringSubmatch(tag); m != nil {
			n, err := strconv.Atoi(m[1])
			return n, err == nil
		}
	}
	return 0, false
}
