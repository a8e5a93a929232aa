package metadata

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/spindle-flow/spindle/engine/disk"
	"golang.org/x/sys/unix"
)

// Options are what a [Local] takes from its surroundings.
type Options struct {
	Now  func() time.Time // time.Now when nil
	User string           // recorded as the author of what is written
	Kind string           // what the provider calls itself: local if empty, spin for what is spun
	// Group is told of every file, so that its next commit makes them durable. Nobody is told when nil.
	Group *disk.Group
	// Settle waits until a change of tags that another program began before ours has been written, for MutateTags to see
	// whether it overwrote ours. 10 ms when nil: Metaflow takes less than one from reading the file to writing it.
	Settle func(ctx context.Context)
}

// Local keeps metadata as files in a local tree.
type Local struct {
	root string
	opts Options

	known sync.Map      // directories that exist, by path; runs and steps only, so that it stays small
	temp  atomic.Uint64 // makes names of temporary files differ

	mu      sync.Mutex
	stamped int64 // guarded by mu: the last time written, in ms
	lastRun int64 // guarded by mu: the last run id given
}

var _ Provider = (*Local)(nil)

const (
	metaDir  = "_meta"
	selfFile = "_self.json"
)

// Failpoints around what is written for one object.
var (
	pointSelf          = disk.Register("metadata.self.before")
	pointSelfDone      = disk.Register("metadata.self.after")
	pointRecords       = disk.Register("metadata.records.before")
	pointRecordsDone   = disk.Register("metadata.records.after")
	pointArtifacts     = disk.Register("metadata.artifacts.before")
	pointArtifactsDone = disk.Register("metadata.artifacts.after")
	pointTags          = disk.Register("metadata.tags.before")
	pointTagsDone      = disk.Register("metadata.tags.after")
	pointCreated       = disk.Register("metadata.file.created")
	pointWritten       = disk.Register("metadata.file.written")
)

// NewLocal is the metadata in the tree at root, which ends in .metaflow. Nothing is read or written yet.
func NewLocal(root string, opts Options) *Local {
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Kind == "" {
		opts.Kind = "local"
	}
	if opts.Settle == nil {
		opts.Settle = settle
	}
	if opts.Group == nil {
		opts.Group = disk.NewGroup(root, disk.Options{Sync: disk.SyncNone})
	}
	return &Local{root: filepath.Clean(root), opts: opts}
}

func settle(ctx context.Context) {
	timer := time.NewTimer(10 * time.Millisecond)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// Name implements [Provider].
func (l *Local) Name() string { return l.opts.Kind }

// Root implements [Provider].
func (l *Local) Root() string { return l.root }

// String implements [Provider]. It names the folder that contains .metaflow.
func (l *Local) String() string { return l.opts.Kind + "@" + filepath.Dir(l.root) }

// stamp is the time to write, in ms. It never goes back within a process: readers take the file with the highest time
// as the latest record.
func (l *Local) stamp() int64 {
	now := l.opts.Now().UnixMilli()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stamped = max(l.stamped, now)
	return l.stamped
}

// checkNames refuses names that would lead out of the tree, or to something else in it.
func checkNames(names ...string) error {
	for _, name := range names {
		if name == "" || name[0] == '.' || name == metaDir || strings.ContainsAny(name, "/\\\x00") {
			return fmt.Errorf("%q cannot be part of a pathspec", name)
		}
	}
	return nil
}

// ensureMeta makes sure that path and path/_meta exist, where the parent of path does.
func (l *Local) ensureMeta(path string) (string, error) {
	meta := path + "/" + metaDir
	if _, ok := l.known.Load(meta); ok {
		return meta, nil
	}
	if err := l.makeMeta(path); err != nil {
		return "", err
	}
	l.known.Store(meta, struct{}{})
	return meta, nil
}

// makeMeta makes path and path/_meta. Usually path is new, or there and only _meta is new; rarely is more missing.
func (l *Local) makeMeta(path string) error {
	for _, p := range []string{path, path + "/" + metaDir} {
		err := mkdir(p)
		if errors.Is(err, fs.ErrNotExist) {
			err = os.MkdirAll(p, 0o777)
		}
		if errors.Is(err, fs.ErrExist) {
			continue
		}
		if err != nil {
			return err
		}
		l.opts.Group.Record(p)
	}
	return nil
}

func mkdir(path string) error {
	if err := unix.Mkdir(path, 0o777); err != nil {
		return &fs.PathError{Op: "mkdir", Path: path, Err: err}
	}
	return nil
}

// ensureSelf writes the object's own file unless it is there.
func (l *Local) ensureSelf(path string, data []byte) (created bool, err error) {
	meta, err := l.ensureMeta(path)
	if err != nil {
		return false, err
	}
	if _, err := os.Lstat(meta + "/" + selfFile); err == nil {
		return false, nil
	}
	return l.placeSelf(meta, data)
}

func (l *Local) placeSelf(meta string, data []byte) (created bool, err error) {
	d, err := l.openDir(meta)
	if err != nil {
		return false, err
	}
	defer d.close()
	if err := disk.Fail(pointSelf); err != nil {
		return false, d.fault("write", selfFile, err)
	}
	err = d.place(l.tempName(), selfFile, data)
	if errors.Is(err, fs.ErrExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, disk.Fail(pointSelfDone)
}

// openDir opens a folder to write to.
func (l *Local) openDir(path string) (dir, error) {
	d, err := openDir(path)
	d.group = l.opts.Group
	return d, err
}

func (l *Local) tempName() string {
	return ".tmp-" + strconv.Itoa(os.Getpid()) + "-" + strconv.FormatUint(l.temp.Add(1), 10)
}

// RegisterTask implements [Provider].
func (l *Local) RegisterTask(ctx context.Context, t TaskID, tags Tags) error {
	if err := errors.Join(ctx.Err(), checkNames(t.Flow, t.Run, t.Step, t.Task)); err != nil {
		return fmt.Errorf("register task %s: %w", t, err)
	}
	if err := l.registerTask(t, tags); err != nil {
		return fmt.Errorf("register task %s: %w", t, err)
	}
	return nil
}

func (l *Local) registerTask(t TaskID, tags Tags) error {
	ms := l.stamp()
	step := t
	step.Task = ""
	path := l.path(step)
	if _, ok := l.known.Load(path + "/" + metaDir + "/" + selfFile); !ok {
		if _, err := l.ensureSelf(path, appendObject(nil, step, l.opts.User, tags, ms)); err != nil {
			return err
		}
		l.known.Store(path+"/"+metaDir+"/"+selfFile, struct{}{})
	}
	path = l.path(t)
	if err := l.makeMeta(path); err != nil {
		return err
	}
	_, err := l.placeSelf(path+"/"+metaDir, appendObject(make([]byte, 0, 512), t, l.opts.User, tags, ms))
	return err
}

// AddMetadata implements [Provider]. Two records of one field in one millisecond get different names.
func (l *Local) AddMetadata(ctx context.Context, t TaskID, records []Record) error {
	if err := errors.Join(ctx.Err(), checkNames(t.Flow, t.Run, t.Step, t.Task)); err != nil {
		return fmt.Errorf("add metadata of %s: %w", t, err)
	}
	d, err := l.openMeta(t)
	if err != nil {
		return fmt.Errorf("add metadata of %s: %w", t, err)
	}
	defer d.close()
	if err := disk.Fail(pointRecords); err != nil {
		return fmt.Errorf("add metadata of %s: %w", t, err)
	}
	now, buf := l.stamp(), make([]byte, 0, 1024)
	for _, r := range records {
		ms := now
		if !r.At.IsZero() {
			ms = r.At.UnixMilli()
		}
		buf = appendRecord(buf[:0], t, r, l.opts.User, ms)
		if err := l.addRecord(d, r.Field, ms, buf); err != nil {
			return fmt.Errorf("add metadata of %s: %w", t, err)
		}
	}
	return disk.Fail(pointRecordsDone)
}

func (l *Local) addRecord(d dir, field string, ms int64, data []byte) error {
	if err := checkNames(field); err != nil {
		return err
	}
	for {
		name := "sysmeta_" + field + "_" + strconv.FormatInt(ms, 10) + ".json"
		err := d.place(l.tempName(), name, data)
		if !errors.Is(err, fs.ErrExist) {
			return err
		}
		ms++
	}
}

// openMeta opens the folder of a task's metadata, making it when a task was not registered here.
func (l *Local) openMeta(t TaskID) (dir, error) {
	path := l.path(t)
	d, err := l.openDir(path + "/" + metaDir)
	if errors.Is(err, fs.ErrNotExist) {
		if err := l.makeMeta(path); err != nil {
			return dir{}, err
		}
		return l.openDir(path + "/" + metaDir)
	}
	return d, err
}

// AddArtifacts implements [Provider]. An artifact recorded before stays as it is, unless its file is damaged.
func (l *Local) AddArtifacts(ctx context.Context, t TaskID, attempt int, dsType, location string, tags Tags, arts []ArtifactRecord) error {
	if err := errors.Join(ctx.Err(), checkNames(t.Flow, t.Run, t.Step, t.Task)); err != nil {
		return fmt.Errorf("add artifacts of %s: %w", t, err)
	}
	d, err := l.openMeta(t)
	if err != nil {
		return fmt.Errorf("add artifacts of %s: %w", t, err)
	}
	defer d.close()
	if err := disk.Fail(pointArtifacts); err != nil {
		return fmt.Errorf("add artifacts of %s: %w", t, err)
	}
	w := artifactWriter{dir: d, temp: l.tempName, prefix: strconv.Itoa(attempt) + "_artifact_"}
	w.head = appendPath([]byte{'{'}, t)
	w.head = strconv.AppendInt(appendName(w.head, "attempt_id"), int64(attempt), 10)
	w.rest = appendField(nil, "ds_type", dsType)
	w.rest = appendField(w.rest, "location", location)
	w.rest = appendCommon(w.rest, t.Flow, l.opts.User, tags, l.stamp())
	for _, a := range arts {
		if err := w.write(a); err != nil {
			return fmt.Errorf("add artifact %q of %s: %w", a.Name, t, err)
		}
	}
	return disk.Fail(pointArtifactsDone)
}

// artifactWriter holds what the files of one attempt have in common.
type artifactWriter struct {
	dir        dir
	prefix     string // of file names
	temp       func() string
	head, rest []byte // what comes before and after the artifact's own fields
	buf        []byte
}

func (w *artifactWriter) write(a ArtifactRecord) error {
	if err := checkNames(a.Name); err != nil {
		return err
	}
	b := append(w.buf[:0], w.head...)
	b = appendField(b, "name", a.Name)
	b = appendField(b, "content_type", a.ContentType)
	b = appendField(b, "type", "metaflow.artifact")
	b = appendField(b, "sha", a.Key)
	b = append(append(b, ", "...), w.rest...)
	w.buf = b
	name := w.prefix + a.Name + ".json"
	err := w.dir.create(name, b)
	if errors.Is(err, fs.ErrExist) {
		return w.dir.repair(w.temp(), name, b)
	}
	return err
}

// path is where an object lives; empty names end it.
func (l *Local) path(t TaskID) string {
	b := make([]byte, 0, len(l.root)+len(t.Flow)+len(t.Run)+len(t.Step)+len(t.Task)+4)
	b = append(b, l.root...)
	for _, name := range [...]string{t.Flow, t.Run, t.Step, t.Task} {
		if name == "" {
			break
		}
		b = append(append(b, '/'), name...)
	}
	return string(b)
}
