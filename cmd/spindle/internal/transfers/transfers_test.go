package transfers_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/transfers"
	"github.com/spindle-flow/spindle/engine/objects"
)

var start = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestText(t *testing.T) {
	p := objects.Progress{Direction: objects.Up, Done: 250_000_000, Total: 1_000_000_000, Objects: 3, Since: start}
	one, over := p, p
	one.Objects, one.Direction = 1, objects.Down
	over.Over = true
	for name, tc := range map[string]struct {
		progress objects.Progress
		after    time.Duration
		width    int
		want     string
	}{
		"soon":   {p, 900 * time.Millisecond, 80, ""},
		"later":  {p, 2 * time.Second, 80, "uploading #####---------------- 250.0 MB of 1.0 GB, 125.0 MB/s, 3 objects"},
		"narrow": {one, 2 * time.Second, 50, "downloading 250.0 MB of 1.0 GB, 125.0 MB/s"},
		"tiny":   {p, 2 * time.Second, 12, "uploading 25"},
		"over":   {over, 2 * time.Second, 80, ""},
		"none":   {objects.Progress{}, 0, 80, ""},
	} {
		if got := transfers.Text(tc.progress, start.Add(tc.after), tc.width, false); got != tc.want {
			t.Errorf("%s: %q, want %q", name, got, tc.want)
		}
	}
}

func TestLine(t *testing.T) {
	var out bytes.Buffer
	now := start
	l := transfers.NewLine(&out, func() streams.Size { return streams.Size{Width: 40, Height: 10} }, false, func() time.Time { return now })
	p := objects.Progress{Direction: objects.Down, Total: 100, Since: start}
	l.Watch(p) // too soon
	now, p.Done = now.Add(2*time.Second), 50
	l.Watch(p)
	p.Over = true
	l.Watch(p)
	if got, want := out.String(), "\rdownloading 50 B of 100 B, 25 B/s\x1b[K\r\x1b[K"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
