package artifact_test

import (
	"bytes"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/artifact"
)

func mflog(second int, source, message string) string {
	return fmt.Sprintf("[MFLOG|0|2026-11-21T00:00:%02d.5Z|%s|id%d]%s\n", second, source, second, message)
}

func show(lines []artifact.LogLine) []string {
	var out []string
	for _, l := range lines {
		at := "?"
		if !l.Time.Equal(artifact.NoTime) {
			at = l.Time.Format("05.0")
		}
		out = append(out, at+" "+string(l.Text))
	}
	return out
}

func TestParseLog(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		blob string
		want []string
	}{
		"empty":              {"", nil},
		"sorted by time":     {mflog(2, "runtime", "b") + mflog(1, "runtime", "a"), []string{"01.5 a", "02.5 b"}},
		"equal times keep":   {mflog(1, "runtime", "a") + mflog(1, "runtime", "b"), []string{"01.5 a", "01.5 b"}},
		"no last newline":    {mflog(1, "runtime", "a")[:len(mflog(1, "runtime", "a"))-1], []string{"01.5 a"}},
		"empty message":      {mflog(1, "runtime", ""), []string{"01.5 "}},
		"plain lines last":   {"raw one\n" + mflog(1, "task", "a") + "\nraw two", []string{"01.5 a", "? raw one", "? ", "? raw two"}},
		"binary":             {mflog(1, "runtime", "\x00\xff]|\r"), []string{"01.5 \x00\xff]|\r"}},
		"persisted marker":   {"[!" + mflog(1, "task", "a"), []string{"01.5 a"}},
		"header in message":  {mflog(1, "runtime", "[MFLOG|0|x"), []string{"01.5 [MFLOG|0|x"}},
		"header in the text": {"x" + mflog(1, "runtime", "a"), []string{"? x" + mflog(1, "runtime", "a")[:len(mflog(1, "runtime", "a"))-1]}},
		"other version":      {"[MFLOG|1|2026-11-21T00:00:00.5Z|a|b]c\n", []string{"? [MFLOG|1|2026-11-21T00:00:00.5Z|a|b]c"}},
		"bad time":           {"[MFLOG|0|yesterdayZ|a|b]c\n", []string{"? [MFLOG|0|yesterdayZ|a|b]c"}},
		"unended header":     {"[MFLOG|0|2026-11-21T00:00:00.5Z|a|b", []string{"? [MFLOG|0|2026-11-21T00:00:00.5Z|a|b"}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(tt.want, show(artifact.ParseLog([]byte(tt.blob)))); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestReadLogMergesAndScrubLogEmpties(t *testing.T) {
	t.Parallel()
	s := openStore(t)
	dir := filepath.Join(s.Root(), flow, someTask.Run, "start", "1")
	write(t, filepath.Join(dir, "0.runtime_stdout.log"), []byte(mflog(1, "runtime", "one")+mflog(3, "runtime", "three")))
	write(t, filepath.Join(dir, "0.task_stdout.log"), []byte(mflog(2, "task", "two")))
	write(t, filepath.Join(dir, "0.stdout.log"), []byte("from long ago\n"))
	write(t, filepath.Join(dir, "0.runtime_stderr.log"), []byte(mflog(1, "runtime", "other stream")))
	read := func() []string {
		t.Helper()
		lines, err := s.ReadLog(someTask, 0, artifact.Stdout)
		if err != nil {
			t.Fatal(err)
		}
		return show(lines)
	}
	if diff := cmp.Diff([]string{"01.5 one", "02.5 two", "03.5 three", "? from long ago"}, read()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if n, err := s.ScrubLog(someTask, 0, artifact.Stdout); err != nil || n != 3 {
		t.Errorf("scrubbed %d files: %v", n, err)
	}
	want := []string{"? [REDACTED runtime stdout]", "? [REDACTED task stdout]", "? [REDACTED stdout stdout]"}
	if diff := cmp.Diff(want, read()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if lines, err := s.ReadLog(someTask, 1, artifact.Stdout); err != nil || lines != nil {
		t.Errorf("attempt without logs: %v, %v", lines, err)
	}
	if n, err := s.ScrubLog(someTask, 1, artifact.Stdout); err != nil || n != 0 {
		t.Errorf("scrubbed %d files of nothing: %v", n, err)
	}
}

func FuzzParseLog(f *testing.F) {
	for _, seed := range []string{"", "\n\n", mflog(1, "runtime", "a") + "x\n[MFLOG|0|Z||]", "[![MFLOG|0|2026-11-21T00:00:00.123456Z|task|i]\xff\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, blob []byte) {
		lines := artifact.ParseLog(blob)
		want := bytes.Count(blob, []byte("\n"))
		if len(blob) > 0 && blob[len(blob)-1] != '\n' {
			want++
		}
		if len(lines) != want {
			t.Errorf("%d lines of %d", len(lines), want)
		}
	})
}

// FuzzLogLine: whatever text a task prints comes back.
func FuzzLogLine(f *testing.F) {
	f.Add([]byte("hi"), int64(1795262400250000))
	f.Add([]byte("[MFLOG|0|2026Z|a|b]\xff\x00]"), int64(0))
	f.Fuzz(func(t *testing.T, text []byte, micros int64) {
		at := time.UnixMicro(micros).UTC()
		if bytes.Contains(text, []byte("\n")) || at.Year() < 1 || !at.Before(artifact.NoTime) {
			t.Skip()
		}
		lines := artifact.ParseLog(artifact.FormatLogLine(at, artifact.SourceTask, "id", text))
		if len(lines) != 1 || !bytes.Equal(lines[0].Text, text) || !lines[0].Time.Equal(at) {
			t.Errorf("%q at %v came back as %q", text, at, lines)
		}
	})
}
