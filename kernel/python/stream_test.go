package python

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const secret = "SECRET"

func mark(n int) string { return fmt.Sprintf("\x1b]%s;%d\a", secret, n) }

// read passes a text through a stream, a byte at a time or all at once, and returns what came out with the marks as <n>.
func read(text string, one bool) string {
	var mu sync.Mutex
	var out strings.Builder
	say := func(s string) {
		mu.Lock()
		defer mu.Unlock()
		out.WriteString(s)
	}
	s := newStream(secret, func(n int64) { say(fmt.Sprintf("<%d>", n)) }, say)
	r := strings.NewReader(text)
	if one {
		s.copyFrom(iotest.OneByteReader(r))
	} else {
		s.copyFrom(r)
	}
	return out.String()
}

func TestStreamTakesMarksOut(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ in, want string }{
		{"", ""},
		{"plain", "plain"},
		{"a" + mark(1) + "b" + mark(2), "a<1>b<2>"},
		{mark(1) + mark(2), "<1><2>"},
		{"\x1b[31mred\x1b[0m" + mark(7), "\x1b[31mred\x1b[0m<7>"},
		{"\x1b]other;1\a", "\x1b]other;1\a"},
		{"\x1b\x1b]" + secret + ";3\a", "\x1b<3>"},
		{"cut \x1b]" + secret + ";", "cut \x1b]" + secret + ";"},
		{"no mark \x1b]" + secret + ";" + strings.Repeat("9", 100), "no mark \x1b]" + secret + ";" + strings.Repeat("9", 100)},
		{"żółw€𝄞", "żółw€𝄞"},
		{"bad \xff byte", "bad \uFFFD byte"},
		{"cut \xe2\x82", "cut \uFFFD"},
	} {
		for _, one := range []bool{false, true} {
			if got := read(test.in, one); got != test.want {
				t.Errorf("%q (byte by byte: %v): %q, want %q", test.in, one, got, test.want)
			}
		}
	}
}

// FuzzStream: whatever is printed, nothing is lost, however it is cut.
func FuzzStream(f *testing.F) {
	f.Add("a\x1b]SECRET;1\ab", 3)
	f.Add("\x1b]SECRET;", 1)
	f.Fuzz(func(t *testing.T, text string, cut int) {
		if strings.Contains(text, "\x1b]"+secret) {
			return
		}
		want := strings.ToValidUTF8(text, "\uFFFD")
		cut = min(max(cut, 0), len(text))
		got := read(text[:cut]+mark(1)+text[cut:], true)
		before, after, ok := strings.Cut(got, "<1>")
		// A character that a mark has split comes out in two broken halves.
		if !ok || !strings.Contains(text, "<") && compact(before+after) != compact(want) && text[:cut] == strings.ToValidUTF8(text[:cut], "") {
			t.Errorf("%q cut at %d: %q", text, cut, got)
		}
	})
}

// compact makes one of several broken characters in a row: how many there are depends on where they are cut.
func compact(s string) string {
	return string(slices.CompactFunc([]rune(s), func(a, b rune) bool { return a == '\uFFFD' && b == a }))
}

// Text, marks and messages from three goroutines come out in the order they were written.
func TestSequence(t *testing.T) {
	t.Parallel()
	const count = 300
	s := newSequence()
	var mu sync.Mutex
	var out bytes.Buffer
	say := func(text string) {
		mu.Lock()
		defer mu.Unlock()
		out.WriteString(text)
	}
	var want strings.Builder
	pipes := [2]strings.Builder{}
	for i := 1; i <= count; i++ {
		text := fmt.Sprintf("p%d ", i)
		pipes[i%2].WriteString(text)
		for p := range pipes {
			pipes[p].WriteString(mark(i))
		}
		fmt.Fprintf(&want, "%sm%d ", text, i)
	}
	var running sync.WaitGroup
	for p := range pipes {
		running.Go(func() {
			newStream(secret, func(n int64) { s.pass(p, n) }, say).copyFrom(strings.NewReader(pipes[p].String()))
			s.end(p)
		})
	}
	for i := 1; i <= count; i++ {
		s.message(int64(i), func() { say(fmt.Sprintf("m%d ", i)) })
	}
	s.hush()
	running.Wait()
	if out.String() != want.String() {
		t.Errorf("out of order: %.300s", out.String())
	}
}

// A message that got lost holds nobody up once another has come, or none comes any more.
func TestSequenceWithoutMessages(t *testing.T) {
	t.Parallel()
	s := newSequence()
	var running sync.WaitGroup
	for p := range 2 {
		running.Go(func() {
			for n := int64(1); n <= 4; n++ {
				s.pass(p, n)
			}
			s.end(p)
		})
	}
	s.message(2, func() {}) // 1 is lost
	s.hush()                // 3 and 4 never come
	running.Wait()
}
