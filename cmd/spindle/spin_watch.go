package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/interrupt"
)

// watchEvery is how often the flow's files are looked at. They are few, so that asking is cheaper than being told (docs/dependencies.md).
const watchEvery = 150 * time.Millisecond

// watch spins now and whenever a file of the flow has been saved, until it is interrupted. A failure is shown and waited over.
func (a *app) watch(ctx context.Context, first *launch) error {
	files, interrupted := a.round(ctx, first)
	for interrupted == nil {
		if interrupted = a.awaitSave(ctx, files); interrupted != nil {
			break
		}
		// A new command line: what the flow is may have changed in every way.
		next := &launch{app: a, cmd: first.cmd, verb: first.verb, args: first.given}
		var again stamps
		if again, interrupted = a.round(ctx, next); again != nil {
			files = again
		}
	}
	return &fault.Reported{Err: interrupted}
}

// round is one spin; it returns the files to watch, nil when it did not come far enough to know, and the signal that ended it if one did.
func (a *app) round(ctx context.Context, l *launch) (stamps, error) {
	before := time.Now()
	err := a.spinRound(ctx, l)
	if signal := new(fault.Signal); errors.As(err, &signal) {
		return nil, signal
	}
	if err != nil {
		a.fail(err)
	}
	if l.flow == nil {
		return nil, nil
	}
	files := []string{l.flow.File}
	if l.flow.Static != nil {
		files = append(files, l.flow.Static.Files...)
	}
	if l.description != nil {
		files = append(files, l.description.Files...)
	}
	return stampsOf(append(files, a.ws.MadeOf(ctx, l.flow.Place)...), before), nil
}

// awaitSave returns when one of the files is another than it was, or the signal that ended the waiting.
func (a *app) awaitSave(ctx context.Context, files stamps) error {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, interrupt.Signals()...)
	defer signal.Stop(signals)
	a.say("Waiting for a change; Ctrl-C ends it.")
	tick := time.NewTicker(watchEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case s := <-signals:
			number, _ := s.(syscall.Signal)
			return &fault.Signal{Signal: number}
		case <-tick.C:
			if files.changed() {
				return nil
			}
		}
	}
}

// stamps are files with what identifies their content without reading it.
type stamps map[string]fileStamp

type fileStamp struct {
	at   time.Time
	size int64
}

// stampsOf looks at the files. One that was saved after the spin had begun counts as changed already.
func stampsOf(files []string, began time.Time) stamps {
	s := stamps{}
	for _, file := range files {
		now := lookAt(file)
		if now.at.After(began) {
			now = fileStamp{}
		}
		s[file] = now
	}
	return s
}

func lookAt(file string) fileStamp {
	info, err := os.Stat(file)
	if err != nil {
		return fileStamp{} // being replaced, or gone: it is looked at again
	}
	return fileStamp{info.ModTime(), info.Size()}
}

func (s stamps) changed() bool {
	for file, was := range s {
		if now := lookAt(file); now != was && now != (fileStamp{}) {
			return true
		}
	}
	return false
}
