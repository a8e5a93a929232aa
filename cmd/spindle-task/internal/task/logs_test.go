package task

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/objects"
)

// memory keeps what is put. refuse says whether a request is refused.
type memory struct {
	objects.Requests
	mu     sync.Mutex
	kept   map[string][]byte // guarded by mu
	puts   int               // guarded by mu
	refuse func(n int) bool
}

// Put implements [objects.Requests].
func (m *memory) Put(_ context.Context, p objects.Place, body io.ReadSeeker, _ int64, _ objects.PutOptions) (string, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.puts++
	if m.refuse != nil && m.refuse(m.puts) {
		return "", &objects.Error{Op: "write", Place: p, Kind: objects.Denied}
	}
	data, err := io.ReadAll(body)
	m.kept[p.Key] = data
	return "", err
}

// lines are those of all pieces of a stream, in order.
func (m *memory) lines(t *testing.T, l *logs, s compute.Stream, pieces int) (found []string) {
	t.Helper()
	for n := range pieces {
		piece, ok := m.kept[l.paths.Log(s, n).Key]
		if !ok {
			t.Fatalf("%s has no piece %d", s, n)
		}
		lines, err := remote.ParsePiece(s, piece)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			found = append(found, string(line.Text))
		}
	}
	return found
}

func newTestLogs(m *memory) (*logs, *bytes.Buffer) {
	m.kept = map[string][]byte{}
	var shown bytes.Buffer
	h := &helper{Surroundings: Surroundings{Stdout: &shown, Stderr: &shown, Now: time.Now}, client: objects.New(m, objects.Options{})}
	h.paths = remote.Attempt{Flow: "F", Run: "1", Step: "s", Task: "2"}.In(objects.Place{Bucket: "b"})
	return newLogs(h), &shown
}

// Output is there soon after it was printed, and a day of it makes some thousands of pieces, not a hundred thousand.
func TestPace(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &memory{}
		l, _ := newTestLogs(m)
		l.line(compute.Stdout, time.Now(), []byte("0"))
		time.Sleep(firstDelay + time.Millisecond)
		m.mu.Lock()
		if m.puts != 1 {
			t.Errorf("%d pieces soon after the first line", m.puts)
		}
		m.mu.Unlock()
		const day = 24 * 60 * 60
		for i := range day {
			time.Sleep(time.Second)
			l.line(compute.Stdout, time.Now(), fmt.Appendf(nil, "%d", i+1))
		}
		sent, err := l.end(context.Background())
		if err != nil || sent.Stdout > 3500 || sent.Stdout < 2800 {
			t.Errorf("%+v pieces, %v", sent, err)
		}
		if lines := m.lines(t, l, compute.Stdout, sent.Stdout); len(lines) != day+1 || lines[day] != fmt.Sprint(day) {
			t.Errorf("%d lines", len(lines))
		}
	})
}

// A piece that is refused is kept and sent again, as it was; nothing is lost and nothing comes twice.
func TestRefusedPieces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		m := &memory{refuse: func(n int) bool { return n%3 != 0 }}
		l, shown := newTestLogs(m)
		for i := range 100 {
			l.line([]compute.Stream{compute.Stdout, compute.Stderr}[i%2], time.Now(), fmt.Appendf(nil, "line %d", i))
			time.Sleep(700 * time.Millisecond)
		}
		m.mu.Lock()
		m.refuse = nil
		m.mu.Unlock()
		l.truncated(compute.Stdout, time.Now())
		sent, err := l.end(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		out, errs := m.lines(t, l, compute.Stdout, sent.Stdout), m.lines(t, l, compute.Stderr, sent.Stderr)
		if len(out) != 51 || out[49] != "line 98" || len(errs) != 50 || errs[49] != "line 99" {
			t.Errorf("%d and %d lines: %q, %q", len(out), len(errs), out, errs)
		}
		if n := bytes.Count(shown.Bytes(), []byte("\n")); n != 100 {
			t.Errorf("the container showed %d lines", n)
		}
	})
}

// What cannot be stored at all is an error at the end.
func TestRefusedForGood(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l, _ := newTestLogs(&memory{refuse: func(int) bool { return true }})
		l.line(compute.Stderr, time.Now(), []byte("x"))
		time.Sleep(time.Minute)
		if sent, err := l.end(context.Background()); err == nil || sent != (remote.Pieces{}) {
			t.Errorf("%+v, %v", sent, err)
		}
	})
}
