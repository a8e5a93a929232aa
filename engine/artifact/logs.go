package artifact

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"github.com/spindle-flow/spindle/engine/disk"
)

// Sources of log lines, and the streams.
const (
	SourceRuntime = "runtime" // timed by the engine
	SourceTask    = "task"    // timed inside a container
	Stdout        = "stdout"
	Stderr        = "stderr"
)

// logTime is the form of times in logs: UTC, always six decimals.
const logTime = "2006-01-02T15:04:05.000000"

// NoTime stands for the time of a line that does not tell; such lines come last.
var NoTime = time.Date(3000, 1, 1, 0, 0, 0, 0, time.UTC)

var (
	pointLog      = disk.Register("artifact.log.before")
	pointLogSaved = disk.Register("artifact.log.after")
	pointScrub    = disk.Register("artifact.scrub.before")
	pointScrubbed = disk.Register("artifact.scrub.after")
)

// LogLine is one line of a task's output, without its newline.
type LogLine struct {
	Time time.Time
	Text []byte
}

// FormatLogLine is a line of a log file: text, which holds no newline, with its time and origin. id must be unique and not empty.
func FormatLogLine(now time.Time, source, id string, text []byte) []byte {
	b := make([]byte, 0, len(text)+len(source)+len(id)+48)
	b = append(b, "[MFLOG|0|"...)
	b = now.UTC().AppendFormat(b, logTime)
	b = append(append(b, "Z|"...), source...)
	b = append(append(b, '|'), id...)
	b = append(append(b, ']'), text...)
	return append(b, '\n')
}

// ParseLog reads a log file of any origin: lines in the order of their times; those without a readable header as they are, at the
// end, with [NoTime]. The texts are parts of blob.
func ParseLog(blob []byte) []LogLine {
	var lines []LogLine
	for len(blob) > 0 {
		line := blob
		if i := bytes.IndexByte(blob, '\n'); i >= 0 {
			line, blob = blob[:i:i], blob[i+1:]
		} else {
			blob = nil
		}
		lines = append(lines, parseLogLine(line))
	}
	sortLog(lines)
	return lines
}

func sortLog(lines []LogLine) {
	slices.SortStableFunc(lines, func(a, b LogLine) int { return a.Time.Compare(b.Time) })
}

// parseLogLine splits [MFLOG|0|<time>Z|<source>|<id>]<text>; a leading "[!" asks a scheduler to keep the line.
func parseLogLine(line []byte) LogLine {
	unknown := LogLine{Time: NoTime, Text: line}
	rest, ok := bytes.CutPrefix(bytes.TrimPrefix(line, []byte("[!")), []byte("[MFLOG|0|"))
	if !ok {
		return unknown
	}
	when, rest, ok := cutField(rest, "Z|")
	if !ok {
		return unknown
	}
	if _, rest, ok = cutField(rest, "|"); !ok {
		return unknown
	}
	if _, rest, ok = cutField(rest, "]"); !ok {
		return unknown
	}
	at, err := time.Parse("2006-01-02T15:04:05", string(when)) // decimals are read without being in the form
	if err != nil || !bytes.Contains(when, []byte(".")) || !at.Before(NoTime) {
		return unknown
	}
	return LogLine{Time: at, Text: rest}
}

// cutField cuts a field that is not empty.
func cutField(b []byte, sep string) (field, rest []byte, ok bool) {
	if len(b) == 0 {
		return nil, nil, false
	}
	i := bytes.Index(b[1:], []byte(sep))
	if i < 0 {
		return nil, nil, false
	}
	return b[:i+1], b[i+1+len(sep):], true
}

// logFile is one of the files a stream may be in.
type logFile struct{ source, name string }

// logFiles are the files of a stream. The last is from before lines had times; its source is called like the stream.
func logFiles(stream string) []logFile {
	return []logFile{
		{SourceRuntime, logName(SourceRuntime, stream)},
		{SourceTask, logName(SourceTask, stream)},
		{stream, stream + ".log"},
	}
}

func logName(source, stream string) string { return source + "_" + stream + ".log" }

// SaveLog writes a stream of an attempt: lines as [FormatLogLine] made them. No lines make no file; readers take it for empty.
func (s *Store) SaveLog(t Task, attempt int, source, stream string, lines []byte) error {
	if len(lines) == 0 {
		return nil
	}
	name, err := taskFile(t, attempt, logName(source, stream))
	if err == nil {
		err = between(pointLog, pointLogSaved, func() error {
			return s.files.write(name, lines)
		})
	}
	if err != nil {
		return fmt.Errorf("save %s of %q: %w", stream, t, err)
	}
	return nil
}

// ReadLog merges what all sources wrote of a stream, by time. No file: no lines.
func (s *Store) ReadLog(t Task, attempt int, stream string) ([]LogLine, error) {
	dir, err := taskDir(t)
	if err != nil {
		return nil, fmt.Errorf("read %s of %q: %w", stream, t, err)
	}
	var lines []LogLine
	for _, file := range logFiles(stream) {
		blob, err := s.files.read(attemptFile(dir, attempt, file.name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("read %s of %q: %w", stream, t, err)
		}
		lines = append(lines, ParseLog(blob)...)
	}
	sortLog(lines)
	return lines, nil
}

// ScrubLog replaces the files of a stream by a note that they were removed, and says how many there were.
func (s *Store) ScrubLog(t Task, attempt int, stream string) (int, error) {
	dir, err := taskDir(t)
	if err != nil {
		return 0, fmt.Errorf("scrub %s of %q: %w", stream, t, err)
	}
	scrubbed := 0
	for _, file := range logFiles(stream) {
		name := attemptFile(dir, attempt, file.name)
		there, err := s.files.exists(name)
		if err != nil {
			return scrubbed, fmt.Errorf("scrub %s of %q: %w", stream, t, err)
		}
		if !there {
			continue
		}
		note := fmt.Appendf(nil, "[REDACTED %s %s]", file.source, stream)
		err = between(pointScrub, pointScrubbed, func() error { return s.files.write(name, note) })
		if err != nil {
			return scrubbed, fmt.Errorf("scrub %s of %q: %w", stream, t, err)
		}
		scrubbed++
	}
	return scrubbed, nil
}
