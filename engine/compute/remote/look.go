package remote

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/engine/objects"
)

// State is what the store shows of an attempt, without reading anything.
type State struct {
	// Beat is when the helper last gave a sign of life, by the store's clock; zero if it has not begun. To tell that one is overdue, note when
	// this changed by a clock of your own: [BeatEvery] is how often it does.
	Beat time.Time
	// Done says that there is an outcome.
	Done bool
	// Logs are the pieces there are. Pieces appear in their order.
	Logs Pieces
}

// BeatEvery is how often a helper gives a sign of life.
const BeatEvery = 10 * time.Second

// Beat is the content of a sign of life.
type Beat struct {
	Host  Host      `json:"host"`
	Begun time.Time `json:"begun"`
	// Phase is what the helper is at: start, run, store.
	Phase string    `json:"phase"`
	At    time.Time `json:"at"`
}

// ReadBeat reads the last sign of life.
func ReadBeat(ctx context.Context, c *objects.Client, p Paths) (Beat, error) {
	var b Beat
	err := read(ctx, c, p.Beat(), &b)
	return b, err
}

// Look asks for the state of one attempt, in one request while its log has fewer than about a thousand pieces.
func Look(ctx context.Context, c *objects.Client, p Paths) (State, error) {
	var s State
	prefix := p.Folder
	prefix.Key += "/"
	err := c.List(ctx, prefix, false, func(page objects.Page) error {
		for _, o := range page.Objects {
			s.note(strings.TrimPrefix(o.Key, prefix.Key), o.Modified)
		}
		return nil
	})
	return s, err
}

// LookAll asks for the states of all attempts of a run that have a job, with a request for about every thousand objects.
func LookAll(ctx context.Context, c *objects.Client, root objects.Place, flow, run string) (map[Attempt]State, error) {
	states := map[Attempt]State{}
	prefix := RunPrefix(root, flow, run)
	prefix.Key += "/"
	err := c.List(ctx, prefix, false, func(page objects.Page) error {
		for _, o := range page.Objects {
			parts := strings.Split(strings.TrimPrefix(o.Key, prefix.Key), "/")
			if len(parts) != 4 {
				continue
			}
			number, err := strconv.Atoi(parts[2])
			if err != nil {
				continue
			}
			a := Attempt{Flow: flow, Run: run, Step: parts[0], Task: parts[1], Number: number}
			s := states[a]
			s.note(parts[3], o.Modified)
			states[a] = s
		}
		return nil
	})
	return states, err
}

// note takes up one object of the attempt.
func (s *State) note(name string, modified time.Time) {
	switch stem, number, _ := strings.Cut(name, "."); stem {
	case "beat":
		s.Beat = modified
	case "outcome":
		s.Done = true
	case "out":
		s.Logs.Stdout = max(s.Logs.Stdout, pieces(number))
	case "err":
		s.Logs.Stderr = max(s.Logs.Stderr, pieces(number))
	}
}

// pieces is how many there are when there is that number.
func pieces(number string) int {
	n, err := strconv.Atoi(number)
	if err != nil {
		return 0
	}
	return n + 1
}
