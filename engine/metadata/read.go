package metadata

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sort"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// Flows implements [Provider].
func (l *Local) Flows(ctx context.Context) ([]Object, error) {
	return l.children(ctx, TaskID{}, func(name string) TaskID { return TaskID{Flow: name} })
}

// Flow implements [Provider].
func (l *Local) Flow(ctx context.Context, flow string) (Object, error) {
	return l.object(ctx, TaskID{Flow: flow}, flow)
}

// Runs implements [Provider].
func (l *Local) Runs(ctx context.Context, flow string) ([]Object, error) {
	return l.children(ctx, TaskID{Flow: flow}, func(name string) TaskID { return TaskID{Flow: flow, Run: name} }, flow)
}

// Run implements [Provider].
func (l *Local) Run(ctx context.Context, flow, run string) (Object, error) {
	return l.object(ctx, TaskID{Flow: flow, Run: run}, flow, run)
}

// Steps implements [Provider].
func (l *Local) Steps(ctx context.Context, flow, run string) ([]Object, error) {
	child := func(name string) TaskID { return TaskID{Flow: flow, Run: run, Step: name} }
	return l.children(ctx, TaskID{Flow: flow, Run: run}, child, flow, run)
}

// Step implements [Provider].
func (l *Local) Step(ctx context.Context, flow, run, step string) (Object, error) {
	return l.object(ctx, TaskID{Flow: flow, Run: run, Step: step}, flow, run, step)
}

// Tasks implements [Provider].
func (l *Local) Tasks(ctx context.Context, flow, run, step string) ([]Object, error) {
	child := func(name string) TaskID { return TaskID{Flow: flow, Run: run, Step: step, Task: name} }
	return l.children(ctx, TaskID{Flow: flow, Run: run, Step: step}, child, flow, run, step)
}

// Task implements [Provider].
func (l *Local) Task(ctx context.Context, t TaskID) (Object, error) {
	return l.object(ctx, t, t.Flow, t.Run, t.Step, t.Task)
}

// object reads one object, overlaid with the tags of its run.
func (l *Local) object(ctx context.Context, t TaskID, names ...string) (Object, error) {
	if err := errors.Join(ctx.Err(), checkNames(names...)); err != nil {
		return Object{}, fmt.Errorf("%s: %w: %w", strings.Join(names, "/"), ErrNotFound, err)
	}
	o, err := l.self(t)
	if err == nil && t.Step != "" {
		o.Tags, err = l.runTags(t)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return Object{}, fmt.Errorf("%s: %w", strings.Join(names, "/"), ErrNotFound)
	}
	return o, err
}

func (l *Local) runTags(t TaskID) (Tags, error) {
	run, err := l.self(TaskID{Flow: t.Flow, Run: t.Run})
	return run.Tags, err
}

// self reads an object's own file. The names come from where it lies, not from what it says.
func (l *Local) self(t TaskID) (Object, error) {
	path := l.path(t) + "/" + metaDir
	d, err := l.readFile(path, selfFile)
	if err != nil {
		return Object{}, err
	}
	return objectAt(t, d), nil
}

func objectAt(t TaskID, d document) Object {
	o := Object{Flow: t.Flow, Run: t.Run, Step: t.Step, Task: t.Task, User: string(d.User), CreatedAt: d.Epoch.time()}
	if t.Run != "" {
		o.Tags = d.tags()
	}
	return o
}

func (l *Local) readFile(path, name string) (document, error) {
	full := path + "/" + name
	data, err := os.ReadFile(full)
	if err != nil {
		return document{}, err
	}
	return parse(full, data)
}

// children reads the objects in the folders below parent that are objects.
func (l *Local) children(ctx context.Context, parent TaskID, child func(string) TaskID, names ...string) ([]Object, error) {
	if err := checkNames(names...); err != nil {
		return nil, fmt.Errorf("%s: %w: %w", strings.Join(names, "/"), ErrNotFound, err)
	}
	entries, err := listDir(l.path(parent))
	if err != nil {
		return nil, err
	}
	var tags Tags
	if parent.Run != "" {
		if tags, err = l.runTags(parent); err != nil {
			return nil, notFound(err, names)
		}
	}
	objects := make([]Object, 0, len(entries))
	var faults []error
	for _, name := range entries {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		o, err := l.self(child(name))
		switch {
		case err == nil:
		case absent(err):
			continue
		default:
			faults = append(faults, err)
			continue
		}
		if parent.Run != "" {
			o.Tags = tags
		}
		objects = append(objects, o)
	}
	return objects, errors.Join(faults...)
}

func notFound(err error, names []string) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", strings.Join(names, "/"), ErrNotFound)
	}
	return err
}

// absent reports that there is no object, rather than one that cannot be read.
func absent(err error) bool {
	return errors.Is(err, fs.ErrNotExist) || errors.Is(err, unix.ENOTDIR)
}

// listDir is the names in a folder that can be part of a pathspec; none if there is no folder.
func listDir(path string) ([]string, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Close()
	all, err := f.Readdirnames(-1)
	names := all[:0]
	for _, name := range all {
		if checkNames(name) == nil {
			names = append(names, name)
		}
	}
	return names, err
}

// openRead opens a task's metadata for reading.
func (l *Local) openRead(ctx context.Context, t TaskID) (dir, []string, error) {
	if err := errors.Join(ctx.Err(), checkNames(t.Flow, t.Run, t.Step, t.Task)); err != nil {
		return dir{}, nil, fmt.Errorf("%s: %w: %w", t, ErrNotFound, err)
	}
	path := l.path(t) + "/" + metaDir
	names, err := readNames(path)
	if err != nil {
		return dir{}, nil, notFound(err, []string{t.String()})
	}
	d, err := openDir(path)
	return d, names, notFound(err, []string{t.String()})
}

func readNames(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Readdirnames(-1)
}

func (d dir) document(name string) (document, error) {
	data, err := d.read(name)
	if err != nil {
		return document{}, err
	}
	return parse(d.path+"/"+name, data)
}

// Artifacts implements [Provider].
func (l *Local) Artifacts(ctx context.Context, t TaskID, attempt int) ([]ArtifactRecord, error) {
	d, names, err := l.openRead(ctx, t)
	if err != nil {
		return nil, err
	}
	defer d.close()
	attempt, err = d.attempt(names, attempt)
	if err != nil || attempt < 0 {
		return nil, err
	}
	prefix := strconv.Itoa(attempt) + "_artifact_"
	var arts []ArtifactRecord
	var faults []error
	for _, name := range names {
		if !strings.HasPrefix(name, prefix) || !strings.HasSuffix(name, ".json") {
			continue
		}
		doc, err := d.document(name)
		if err != nil {
			faults = append(faults, err)
			continue
		}
		arts = append(arts, doc.artifact())
	}
	sort.Slice(arts, func(i, j int) bool { return arts[i].Name < arts[j].Name })
	return arts, errors.Join(faults...)
}

// Artifact implements [Provider].
func (l *Local) Artifact(ctx context.Context, t TaskID, attempt int, name string) (ArtifactRecord, error) {
	missing := func() error { return fmt.Errorf("%s/%s: %w", t, name, ErrNotFound) }
	if checkNames(name) != nil {
		return ArtifactRecord{}, missing()
	}
	d, names, err := l.openRead(ctx, t)
	if err != nil {
		return ArtifactRecord{}, err
	}
	defer d.close()
	attempt, err = d.attempt(names, attempt)
	if err != nil {
		return ArtifactRecord{}, err
	}
	if attempt < 0 {
		return ArtifactRecord{}, missing()
	}
	doc, err := d.document(strconv.Itoa(attempt) + "_artifact_" + name + ".json")
	if errors.Is(err, fs.ErrNotExist) {
		return ArtifactRecord{}, missing()
	}
	return doc.artifact(), err
}

// attempt is the attempt asked for, or the one that the last record attempt-done names; negative if there is none.
func (d dir) attempt(names []string, asked int) (int, error) {
	if asked >= 0 {
		return asked, nil
	}
	last := ""
	for _, name := range names {
		if strings.HasPrefix(name, "sysmeta_attempt-done_") && name > last {
			last = name
		}
	}
	if last == "" {
		return -1, nil
	}
	doc, err := d.document(last)
	if err != nil {
		return -1, err
	}
	n, err := strconv.Atoi(doc.record().Value)
	if err != nil || n < 0 {
		return -1, &CorruptError{Path: d.path + "/" + last, Reason: "its value is not an attempt"}
	}
	return n, nil
}
