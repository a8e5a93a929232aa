package live

import (
	"bytes"
	"fmt"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/console"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/golden"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/recorded"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
	"github.com/spindle-flow/spindle/engine/run"
)

// counting counts the writes a screen gets.
type counting struct {
	*screen
	writes int
}

func (c *counting) Write(p []byte) (int, error) {
	c.writes++
	return c.screen.Write(p)
}

// player plays a recording on a screen at the recording's own pace, with a frame every 100 ms.
type player struct {
	now  time.Time
	out  *counting
	view *View
}

func newPlayer(width, height int, unicode bool) *player {
	p := &player{out: &counting{screen: newScreen(width, height)}}
	p.view = New(Options{
		Out:     p.out,
		Size:    func() streams.Size { return streams.Size{Width: p.out.width, Height: p.out.height} },
		Palette: streams.NewPalette(true), Unicode: unicode,
		Format: &console.Formatter{Zone: time.UTC},
		Now:    func() time.Time { return p.now },
	})
	return p
}

func (p *player) play(events []run.Event, frame func()) {
	for _, ev := range events {
		at := reflect.ValueOf(ev).FieldByName("At").Interface().(time.Time)
		if p.now.IsZero() || at.Sub(p.now) > time.Minute {
			p.now = at
		}
		for at.Sub(p.now) >= frameEvery {
			p.now = p.now.Add(frameEvery)
			p.view.Frame()
			if frame != nil {
				frame()
			}
		}
		p.now = at
		p.view.Event(ev)
	}
}

func TestScreens(t *testing.T) {
	t.Parallel()
	names, err := recorded.Names()
	if err != nil || len(names) == 0 {
		t.Fatalf("no recordings: %v", err)
	}
	for _, name := range names {
		for _, width := range []int{40, 80, 200} {
			file := fmt.Sprintf("%s-%d.txt", name, width)
			t.Run(file, func(t *testing.T) {
				t.Parallel()
				events, err := recorded.Load(name)
				if err != nil {
					t.Fatal(err)
				}
				p := newPlayer(width, 16, true)
				golden.Compare(t, filepath.Join("testdata", file), film(t, p, events))
				check(t, p.out)
			})
		}
	}
}

// film takes a picture of the screen about every second, and one when the view has been closed.
func film(t *testing.T, p *player, events []run.Event) []byte {
	t.Helper()
	var film bytes.Buffer
	last := time.Time{}
	p.play(events, func() {
		if p.now.Sub(last) >= 900*time.Millisecond {
			last = p.now
			fmt.Fprintf(&film, "── %s\n%s", p.now.Format("04:05.0"), p.out.visible())
		}
	})
	if err := p.view.Close(); err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&film, "── the end\n%s", p.out.visible())
	return film.Bytes()
}

func check(t *testing.T, s *counting) {
	t.Helper()
	if s.cursorHidden {
		t.Error("the cursor is still hidden")
	}
	if s.syncing {
		t.Error("a synchronised update was not ended")
	}
	if len(s.unknown) > 0 {
		t.Errorf("unknown sequences %q", s.unknown)
	}
}

// What scrolled by and what stands at the end is what a pipe would have got.
func TestNothingIsLost(t *testing.T) {
	t.Parallel()
	events, err := recorded.Load("foreach")
	if err != nil {
		t.Fatal(err)
	}
	p := newPlayer(250, 10, true)
	p.play(events, nil)
	_ = p.view.Close()
	var want []byte
	f := console.Formatter{Zone: time.UTC}
	for _, ev := range events {
		for _, l := range f.Lines(ev) {
			l.Text = printable(l.Text, false)
			want = l.Append(want, streams.NewPalette(false))
		}
	}
	if diff := cmp.Diff(string(want), p.out.all()); diff != "" {
		t.Error(diff)
	}
}

func TestAtMostTenFramesASecond(t *testing.T) {
	t.Parallel()
	p := newPlayer(80, 24, true)
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	p.now = start
	p.view.Event(run.RunStarted{At: start, Run: "1"})
	before := p.out.writes
	for i := range 1000 {
		p.now = start.Add(time.Duration(i) * time.Millisecond)
		p.view.Event(run.TaskLine{At: p.now, Task: run.TaskRef{Step: "s", Task: "1"}, Text: []byte("line")})
	}
	if n := p.out.writes - before; n > 10 {
		t.Errorf("%d frames in a second", n)
	}
}

func TestQuietFramesWriteNothing(t *testing.T) {
	t.Parallel()
	p := newPlayer(80, 24, true)
	p.now = time.Unix(0, 0)
	p.view.Event(run.RunStarted{At: p.now, Run: "1"})
	n := p.out.writes
	for range 5 {
		p.now = p.now.Add(time.Second)
		p.view.Frame()
	}
	if p.out.writes != n {
		t.Errorf("%d writes though nothing changed", p.out.writes-n)
	}
}

func TestResize(t *testing.T) {
	t.Parallel()
	for _, to := range []int{30, 40, 57, 100} {
		t.Run(fmt.Sprint(to), func(t *testing.T) {
			t.Parallel()
			p := newPlayer(80, 24, true)
			at := time.Unix(100, 0)
			p.now = at
			p.view.Event(run.RunStarted{At: at, Run: "1"})
			p.view.Event(run.Progress{At: at, Started: at, Queued: 5, Steps: []run.StepProgress{
				{Step: "the_first_long_name_of_a_step", Running: 3, Done: 4, Failed: 1, Total: 20, Started: at},
				{Step: "second", Running: 1, Total: 1, Started: at}}})
			p.now = at.Add(time.Second)
			p.view.Frame()
			p.out.resize(to)
			for range 3 {
				p.now = p.now.Add(100 * time.Millisecond)
				p.view.Frame()
			}
			header := (len("00:01:40 Workflow starting (run-id 1):")-1)/to + 1
			got := p.out.visible()
			if n := strings.Count(got, "\n"); n != header+3 || strings.Count(got, "second") != 1 {
				t.Errorf("the picture was not redrawn in place:\n%s", got)
			}
			_ = p.view.Close()
			check(t, p.out)
			if got := p.out.visible(); strings.Count(got, "\n") != header {
				t.Errorf("the picture was left behind:\n%s", got)
			}
		})
	}
}

func TestManyStepsAndASmallScreen(t *testing.T) {
	t.Parallel()
	p := newPlayer(40, 8, false)
	at := time.Unix(100, 0)
	p.now = at
	p.view.Event(run.RunStarted{At: at, Run: "1"})
	var steps []run.StepProgress
	for i := range 12 {
		name := fmt.Sprintf("übung_映画_%02d_with_a_name_that_goes_on", i)
		steps = append(steps, run.StepProgress{Step: name, Running: 1, Total: 1 + i*100, Started: at})
	}
	p.view.Event(run.Progress{At: at, Started: at, Steps: steps, NotStarted: []string{"a", "b"}})
	p.now = at.Add(4000 * time.Second)
	p.view.Frame()
	golden.Compare(t, filepath.Join("testdata", "small.txt"), []byte(p.out.visible()))
}

func TestCloseTwice(t *testing.T) {
	t.Parallel()
	p := newPlayer(80, 24, true)
	p.view.Start()
	for range 2 {
		if err := p.view.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestPrintable(t *testing.T) {
	t.Parallel()
	tests := []struct {
		in, colors, plain string
	}{
		{"plain", "plain", "plain"},
		{"10%\r50%\r100%", "100%", "100%"},
		{"dos\r", "dos", "dos"},
		{"\x1b[31mred", "\x1b[31mred\x1b[0m", "red"},
		{"a\x1b[2J\x1b[3Ab", "ab", "ab"},
		{"a\x1b]0;title\x07b\x1b]8;;u\x1b\\c", "abc", "abc"},
		{"\xff\xfe ok", "\ufffd\ufffd ok", "\ufffd\ufffd ok"},
		{"bell\a\x00\x08", "bell", "bell"},
		{"映画\u0085x", "映画x", "映画x"},
		{"cut \x1b[3", "cut ", "cut "},
		{"cut \x1b", "cut ", "cut "},
	}
	for _, tt := range tests {
		if got := string(printable([]byte(tt.in), true)); got != tt.colors {
			t.Errorf("printable(%q) = %q, want %q", tt.in, got, tt.colors)
		}
		if got := string(printable([]byte(tt.in), false)); got != tt.plain {
			t.Errorf("printable(%q) without colours = %q, want %q", tt.in, got, tt.plain)
		}
	}
}

func FuzzPrintable(f *testing.F) {
	f.Add([]byte("\x1b[31m\x1b]x\x07\r\xff映"), true)
	f.Fuzz(func(t *testing.T, in []byte, colors bool) {
		out := printable(in, colors)
		for i := 0; i < len(out); i++ {
			if out[i] != 0x1b {
				continue
			}
			if n, sgr := escape(out[i:]); !sgr || !colors {
				t.Fatalf("%q lets %q through", in, out[i:i+n])
			}
		}
	})
}
