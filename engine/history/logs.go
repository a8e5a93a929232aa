package history

import (
	"bufio"
	"context"
	"os"
	"strconv"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
)

// Logs are the lines of a stream of an attempt, or of the attempt begun last for metadata.Latest, from all sources in order of time.
func (r *Reader) Logs(ctx context.Context, t metadata.TaskID, attempt int, stream string) ([]artifact.LogLine, error) {
	lines, err := r.logs(ctx, r.scope(), t, attempt, stream)
	return lines, classify(err)
}

func (r *Reader) logs(ctx context.Context, sc scope, t metadata.TaskID, attempt int, stream string) ([]artifact.LogLine, error) {
	store, attempt, err := r.logStore(ctx, sc, t, attempt)
	if err != nil {
		return nil, err
	}
	lines, err := store.ReadLog(artifact.Task(t), attempt, stream)
	if err == nil && len(lines) == 0 && store != sc.store {
		return sc.store.ReadLog(artifact.Task(t), attempt, stream)
	}
	return lines, err
}

// logStore is where the logs of a task are, and the attempt to read.
func (r *Reader) logStore(ctx context.Context, sc scope, t metadata.TaskID, attempt int) (*artifact.Store, int, error) {
	if _, err := sc.meta.Task(ctx, t); err != nil {
		return nil, 0, err
	}
	fields, err := sc.meta.Fields(ctx, t, "ds-root")
	if err != nil {
		return nil, 0, err
	}
	if attempt < 0 {
		if attempt, err = r.lastAttempt(ctx, sc, t); err != nil {
			return nil, 0, err
		}
	}
	return r.storeAt(sc, rootOf(metadata.RootLocation(fields["ds-root"].Value))), attempt, nil
}

// Attempts are a task's attempts as its files tell, in order.
func (r *Reader) Attempts(ctx context.Context, t metadata.TaskID) ([]artifact.AttemptState, error) {
	sc := r.scope()
	store, _, err := r.logStore(ctx, sc, t, 0)
	if err != nil {
		return nil, classify(err)
	}
	states, err := store.Attempts(artifact.Task(t))
	if err == nil && len(states) == 0 {
		states, err = sc.store.Attempts(artifact.Task(t))
	}
	return states, classify(err)
}

// Scrub replaces a stream of an attempt, the one begun last for metadata.Latest, by a note, and says how many files there were.
func (r *Reader) Scrub(ctx context.Context, t metadata.TaskID, attempt int, stream string) (int, error) {
	sc := r.scope()
	store, attempt, err := r.logStore(ctx, sc, t, attempt)
	if err != nil {
		return 0, classify(err)
	}
	n, err := store.ScrubLog(artifact.Task(t), attempt, stream)
	if err == nil && n == 0 && store != sc.store {
		n, err = sc.store.ScrubLog(artifact.Task(t), attempt, stream)
	}
	return n, classify(err)
}

// logFile writes a stream to a temporary file of records, each `<µs since 1970> <length>`, a newline, the bytes, a newline.
func (r *Reader) logFile(ctx context.Context, sc scope, t metadata.TaskID, attempt int, stream string) (Place, error) {
	lines, err := r.logs(ctx, sc, t, attempt, stream)
	if err != nil || len(lines) == 0 {
		return Place{}, err
	}
	f, err := os.CreateTemp(r.opts.Dir, "log-*")
	if err != nil {
		return Place{}, err
	}
	size, err := writeLines(f, lines)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		_ = os.Remove(f.Name())
		return Place{}, err
	}
	return Place{Path: f.Name(), Size: size, Temporary: true}, nil
}

func writeLines(f *os.File, lines []artifact.LogLine) (size int64, err error) {
	w := bufio.NewWriterSize(f, 64<<10)
	var header []byte
	for _, line := range lines {
		header = strconv.AppendInt(header[:0], line.Time.UnixMicro(), 10)
		header = strconv.AppendInt(append(header, ' '), int64(len(line.Text)), 10)
		header = append(header, '\n')
		size += int64(len(header) + len(line.Text) + 1)
		_, _ = w.Write(header) // the writer keeps its first error for Flush
		_, _ = w.Write(line.Text)
		_ = w.WriteByte('\n')
	}
	return size, w.Flush()
}
