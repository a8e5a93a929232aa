package metadata

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"sort"
	"unicode/utf8"

	"github.com/spindle-flow/spindle/engine/disk"
	"golang.org/x/sys/unix"
)

// Limits of user tags.
const (
	MaxTags      = 50
	MaxTagLength = 500 // code points
)

// ErrConflict says that other programs kept overwriting a change of tags.
var ErrConflict = errors.New("other programs keep changing the run's tags")

// rounds is how often a change that was overwritten is made again.
const rounds = 10

// CheckTag says whether tag can be a user tag.
func CheckTag(tag string) error {
	switch {
	case tag == "":
		return &TagError{Reason: "a tag cannot be empty"}
	case !utf8.ValidString(tag):
		return &TagError{Reason: fmt.Sprintf("tag %q is not valid UTF-8", tag)}
	case utf8.RuneCountInString(tag) > MaxTagLength:
		return &TagError{Reason: fmt.Sprintf("tag %.40q… is longer than %d characters", tag, MaxTagLength)}
	}
	return nil
}

// checkTagSet checks a run's user tags, where it had a number of them before. A set too large may still shrink.
func checkTagSet(tags []string, before int) error {
	if len(tags) > MaxTags && len(tags) > before {
		return &TagError{Reason: fmt.Sprintf("a run can have at most %d tags, this makes %d", MaxTags, len(tags))}
	}
	for _, tag := range tags {
		if err := CheckTag(tag); err != nil {
			return err
		}
	}
	return nil
}

// change is a change of user tags.
type change struct{ add, remove []string }

// apply is the user tags after the change, in their order, added ones last.
func (c change) apply(t Tags) ([]string, error) {
	for _, tag := range c.remove {
		if contains(t.System, tag) {
			return nil, &TagError{Reason: fmt.Sprintf("%q is a system tag and cannot be removed", tag)}
		}
	}
	next := make([]string, 0, len(t.User)+len(c.add))
	for _, tag := range t.User {
		if !contains(c.remove, tag) && !contains(next, tag) {
			next = append(next, tag)
		}
	}
	for _, tag := range c.add {
		if !contains(t.System, tag) && !contains(next, tag) {
			next = append(next, tag)
		}
	}
	return next, checkTagSet(next, len(t.User))
}

// MutateTags implements [Provider]. Other Spindle processes are kept out by a lock on the run's folder. Metaflow does
// not lock: it may have read the file before our change and write it after, so what the exchange of files brought out
// is compared with what was read, and the result is read again.
func (l *Local) MutateTags(ctx context.Context, flow, run string, add, remove []string) (Tags, error) {
	name := flow + "/" + run
	if err := checkNames(flow, run); err != nil {
		return Tags{}, fmt.Errorf("%s: %w: %w", name, ErrNotFound, err)
	}
	if len(add)+len(remove) == 0 {
		return Tags{}, &TagError{Reason: "no tag to add or remove"}
	}
	for _, tag := range append(append([]string(nil), add...), remove...) {
		if err := CheckTag(tag); err != nil {
			return Tags{}, err
		}
	}
	d, err := l.openDir(l.path(TaskID{Flow: flow, Run: run}) + "/" + metaDir)
	if err != nil {
		return Tags{}, notFound(err, []string{name})
	}
	defer d.close()
	if err := lock(d.fd); err != nil {
		return Tags{}, d.fault("lock", "", err)
	}
	for range rounds {
		if err := ctx.Err(); err != nil {
			return Tags{}, err
		}
		tags, done, err := l.mutate(ctx, d, change{add, remove})
		if err != nil || done {
			return tags, notFound(err, []string{name})
		}
	}
	return Tags{}, fmt.Errorf("tags of %s: %w", name, ErrConflict)
}

// lock holds until the folder is closed.
func lock(fd int) error {
	for {
		if err := unix.Flock(fd, unix.LOCK_EX); err != unix.EINTR {
			return err
		}
	}
}

// mutate makes the change once and reports whether it lasted.
func (l *Local) mutate(ctx context.Context, d dir, c change) (Tags, bool, error) {
	before, data, err := readTags(d)
	if err != nil {
		return Tags{}, false, err
	}
	next, err := c.apply(before)
	if err != nil {
		return Tags{}, false, err
	}
	if same(next, before.User) {
		return Tags{User: next, System: before.System}, true, nil
	}
	data, err = withTags(d.path+"/"+selfFile, data, next)
	if err != nil {
		return Tags{}, false, err
	}
	if err := l.replace(d, before, data); err != nil {
		return Tags{}, false, err
	}
	l.opts.Settle(ctx)
	after, _, err := readTags(d)
	if err != nil {
		return Tags{}, false, err
	}
	want, err := c.apply(after)
	return after, err == nil && same(want, after.User), err
}

// replace puts data in place of the file that was read. A change that came between is put back, for the next round to
// build on.
func (l *Local) replace(d dir, before Tags, data []byte) error {
	if err := disk.Fail(pointTags); err != nil {
		return d.fault("write", selfFile, err)
	}
	temp := l.tempName()
	if err := d.createSynced(temp, data); err != nil {
		return err
	}
	defer func() { _ = unix.Unlinkat(d.fd, temp, 0) }() // gone already after a rename
	swapped, err := exchange(d.fd, temp, selfFile)
	if err == nil && !swapped {
		err = unix.Renameat(d.fd, temp, d.fd, selfFile)
	}
	if err != nil {
		return d.fault("rename", selfFile, err)
	}
	if swapped {
		doc, err := d.document(temp)
		if err == nil && !same(doc.tags().User, before.User) {
			return unix.Renameat(d.fd, temp, d.fd, selfFile)
		}
	}
	return errors.Join(syncPath(d.path), disk.Fail(pointTagsDone))
}

func readTags(d dir) (Tags, []byte, error) {
	data, err := d.read(selfFile)
	if err != nil {
		return Tags{}, nil, err
	}
	doc, err := parse(d.path+"/"+selfFile, data)
	return doc.tags(), data, err
}

// withTags is a run's file with other user tags: everything else stays, fields we do not know included.
func withTags(path string, data []byte, tags []string) ([]byte, error) {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return nil, &CorruptError{Path: path, Reason: reason(err)}
	}
	fields["tags"] = appendStrings(nil, tags)
	b := []byte{'{'}
	for _, name := range fieldOrder(fields) {
		var compact bytes.Buffer
		raw := fields[name]
		if name != "tags" && name != "system_tags" && json.Compact(&compact, raw) == nil {
			raw = compact.Bytes()
		}
		b = append(appendName(b, name), raw...)
	}
	return append(b, '}'), nil
}

// fieldOrder is the fields of a run in the order in which Metaflow writes them, others after.
func fieldOrder(fields map[string]json.RawMessage) []string {
	var order, others []string
	known := []string{"run_number", "flow_id", "user_name", "tags", "system_tags", "ts_epoch"}
	for _, name := range known {
		if _, ok := fields[name]; ok {
			order = append(order, name)
		}
	}
	for name := range fields {
		if !contains(known, name) {
			others = append(others, name)
		}
	}
	sort.Strings(others)
	return append(order, others...)
}

// same compares sets of tags.
func same(a, b []string) bool {
	for _, tag := range a {
		if !contains(b, tag) {
			return false
		}
	}
	for _, tag := range b {
		if !contains(a, tag) {
			return false
		}
	}
	return true
}

// createSynced is create, with the content on stable storage: a change of tags is a command of its own.
func (d dir) createSynced(name string, data []byte) error {
	if err := d.create(name, data); err != nil {
		return err
	}
	return syncPath(d.path + "/" + name)
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
