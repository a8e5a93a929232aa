package remote_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/compute/remote"
)

func TestPieces(t *testing.T) {
	t.Parallel()
	at := time.UnixMicro(1795219783672502).UTC()
	want := []remote.Line{
		{Stream: compute.Stderr, At: at, Text: []byte("plain")},
		{Stream: compute.Stderr, At: at.Add(time.Microsecond), Text: []byte("with\nnewline 5 -1\n")},
		{Stream: compute.Stderr, At: at, Text: []byte{}},
		{Stream: compute.Stderr, At: at, Truncated: true},
	}
	var piece []byte
	for _, l := range want {
		if l.Truncated {
			piece = remote.AppendTruncated(piece, l.At)
		} else {
			piece = remote.AppendLine(piece, l.At, l.Text)
		}
	}
	got, err := remote.ParsePiece(compute.Stderr, piece)
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Error(err, diff)
	}
}

func FuzzPieces(f *testing.F) {
	f.Add(string(remote.AppendTruncated(remote.AppendLine(nil, time.UnixMicro(5), []byte("a\nb")), time.UnixMicro(6))))
	f.Add("5 9223372036854775807\nx\n")
	f.Add("5 -2\n")
	f.Fuzz(func(t *testing.T, piece string) {
		lines, err := remote.ParsePiece(compute.Stdout, []byte(piece))
		size := 0
		for _, l := range lines {
			size += len(l.Text)
		}
		if size > len(piece) {
			t.Errorf("%d bytes of text out of %d", size, len(piece))
		}
		if err != nil && !strings.Contains(err.Error(), "not a piece of a log") {
			t.Error(err)
		}
	})
}
