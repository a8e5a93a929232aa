package remote

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/objects"
)

// Pieces counts pieces of both streams.
type Pieces struct {
	Stdout int `json:"stdout"`
	Stderr int `json:"stderr"`
}

// Line is a line of output.
type Line struct {
	Stream compute.Stream
	At     time.Time // when the step printed it, by the clock of its machine
	Text   []byte    // without its newline
	// Truncated says that the limit is reached: there is no text, and nothing more of this stream.
	Truncated bool
}

// AppendLine adds a line to a piece of a log: its time in microseconds, its length, a newline, its text, a newline.
func AppendLine(piece []byte, at time.Time, text []byte) []byte {
	piece = strconv.AppendInt(piece, at.UnixMicro(), 10)
	piece = append(piece, ' ')
	piece = strconv.AppendInt(piece, int64(len(text)), 10)
	piece = append(piece, '\n')
	return append(append(piece, text...), '\n')
}

// AppendTruncated notes in a piece that the stream's limit is reached.
func AppendTruncated(piece []byte, at time.Time) []byte {
	return append(strconv.AppendInt(piece, at.UnixMicro(), 10), " -1\n"...)
}

// ParsePiece reads a piece of a log. The texts are parts of it.
func ParsePiece(s compute.Stream, piece []byte) ([]Line, error) {
	var lines []Line
	for len(piece) > 0 {
		head, rest, ok := bytes.Cut(piece, []byte{'\n'})
		when, size, two := bytes.Cut(head, []byte{' '})
		at, atErr := strconv.ParseInt(string(when), 10, 64)
		n, sizeErr := strconv.Atoi(string(size))
		if !ok || !two || atErr != nil || sizeErr != nil || n < -1 || n >= len(rest) {
			return lines, fmt.Errorf("not a piece of a log: a record begins with %.40q", head)
		}
		line := Line{Stream: s, At: time.UnixMicro(at).UTC()}
		if n < 0 {
			line.Truncated, piece = true, rest
		} else {
			line.Text, piece = rest[:n:n], rest[n+1:]
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// ReadLogs reads the pieces that come after those of from, up to those of to, and calls each with their lines, both streams merged by time. It returns
// what has been read, from where the next call goes on.
func ReadLogs(ctx context.Context, c *objects.Client, p Paths, from, to Pieces, each func(Line)) (Pieces, error) {
	parts := make([][]Line, max(0, to.Stdout-from.Stdout)+max(0, to.Stderr-from.Stderr))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(16)
	i := 0
	fetch := func(s compute.Stream, from, to int) {
		for n := from; n < to; n++ {
			slot := i
			i++
			g.Go(func() (err error) {
				parts[slot], err = readPiece(ctx, c, p, s, n)
				return err
			})
		}
	}
	fetch(compute.Stdout, from.Stdout, to.Stdout)
	fetch(compute.Stderr, from.Stderr, to.Stderr)
	if err := g.Wait(); err != nil {
		return from, fmt.Errorf("read logs: %w", err)
	}
	lines := slices.Concat(parts...)
	slices.SortStableFunc(lines, func(a, b Line) int { return a.At.Compare(b.At) })
	for _, l := range lines {
		each(l)
	}
	return Pieces{max(from.Stdout, to.Stdout), max(from.Stderr, to.Stderr)}, nil
}

func readPiece(ctx context.Context, c *objects.Client, p Paths, s compute.Stream, n int) ([]Line, error) {
	place := p.Log(s, n)
	data, _, err := c.Bytes(ctx, place)
	if err != nil {
		return nil, err
	}
	lines, err := ParsePiece(s, data)
	if err != nil {
		return nil, fmt.Errorf("%q: %w", place.String(), err)
	}
	return lines, nil
}
