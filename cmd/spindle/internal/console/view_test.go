package console_test

import (
	"bytes"
	"errors"
	"path/filepath"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/console"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/golden"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/recorded"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
	"github.com/spindle-flow/spindle/engine/run"
)

func TestRecordings(t *testing.T) {
	t.Parallel()
	names, err := recorded.Names()
	if err != nil || len(names) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	for _, name := range names {
		for _, colors := range []bool{false, true} {
			file := filepath.Join("testdata", name+".txt")
			if colors {
				file = filepath.Join("testdata", name+"-colors.txt")
			}
			t.Run(file, func(t *testing.T) {
				t.Parallel()
				events, err := recorded.Load(name)
				if err != nil {
					t.Fatal(err)
				}
				var out bytes.Buffer
				v := console.New(&out, streams.NewPalette(colors), &console.Formatter{Zone: time.UTC})
				for _, ev := range events {
					v.Event(ev)
				}
				golden.Compare(t, file, out.Bytes())
			})
		}
	}
}

func TestUserInterfaceIsLinked(t *testing.T) {
	t.Parallel()
	f := console.Formatter{Zone: time.UTC, UI: "https://ui.example.org/"}
	got := string(f.Lines(run.RunStarted{Flow: "F", Run: "7"})[0].Text)
	if want := "Workflow starting (run-id 7), see it in the UI at https://ui.example.org/F/7"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	got = string(f.Lines(run.RunDone{Flow: "F", Run: "7"})[0].Text)
	if want := "Done! See the run in the UI at https://ui.example.org/F/7"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestBytesOfTasksAreKept(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	v := console.New(&out, streams.NewPalette(false), &console.Formatter{Zone: time.UTC})
	text := []byte("  \xff\x00 \x1b[2J\ttail \r")
	v.Event(run.TaskLine{Text: text, Task: run.TaskRef{Run: "1", Step: "s", Task: "2", PID: 3}})
	if !bytes.HasSuffix(out.Bytes(), append([]byte("[1/s/2 (pid 3)] "), append(text, '\n')...)) {
		t.Errorf("%q", out.Bytes())
	}
}

type brokenPipe struct{ writes int }

func (b *brokenPipe) Write([]byte) (int, error) {
	b.writes++
	return 0, errors.New("broken pipe")
}

func TestReaderThatLeft(t *testing.T) {
	t.Parallel()
	var out brokenPipe
	v := console.New(&out, streams.NewPalette(false), &console.Formatter{})
	for range 3 {
		v.Event(run.RunStarted{})
	}
	if out.writes != 1 {
		t.Errorf("%d writes into a closed pipe", out.writes)
	}
}
