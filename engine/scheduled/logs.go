package scheduled

import (
	"sync"
	"time"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/task"
)

const (
	stdout = compute.Stdout
	stderr = compute.Stderr
)

// How often the output so far is saved: soon after it came, less often the longer the task has been running and the more there is, for each time all of it is
// sent.
const (
	firstPace   = time.Second
	lastPace    = 30 * time.Second
	paceShare   = 60      // of the time since the beginning
	pacePerSize = 1 << 20 // bytes for which a save waits one second more
)

// logs is the output of a step, as it is kept where Metaflow's readers look, and shown.
type logs struct {
	o     *one
	t     artifact.Task
	num   int
	begun time.Time

	mu    sync.Mutex
	lines *task.Logs // guarded by mu
	news  chan struct{}
	stop  chan struct{}
	done  chan struct{}
}

// newLogs begins to save the output of an attempt. What is saved while the step runs is for people who watch: the end of it counts.
func (o *one) newLogs(number int) *logs {
	limit := o.Deployment.LogLimit
	if limit <= 0 {
		limit = task.DefaultLogLimit
	}
	l := &logs{
		o: o, t: o.key(), num: number, begun: o.Now(), lines: task.NewLogs(o.Random, artifact.SourceTask, limit),
		news: make(chan struct{}, 1), stop: make(chan struct{}), done: make(chan struct{}),
	}
	go l.save()
	return l
}

// line adds a line of the step.
func (l *logs) line(s compute.Stream, at time.Time, text []byte) {
	l.o.Show(s, text)
	l.add(func() { l.lines.Of(s).Write(at, text) })
}

func (l *logs) truncated(s compute.Stream, at time.Time) {
	l.add(func() { l.lines.Of(s).Truncate(at) })
}

// note adds what is to be said of the process's end.
func (l *logs) note(out compute.Outcome) {
	l.add(func() {
		l.lines.Note(l.o.Now(), out, func(s compute.Stream, text string) { l.o.Show(s, []byte(text)) })
	})
}

// say adds a line that is not the step's own.
func (l *logs) say(text string) {
	l.o.Show(stderr, []byte(text))
	l.add(func() { l.lines.Stderr.Append(l.o.Now(), []byte(text)) })
}

func (l *logs) add(change func()) {
	l.mu.Lock()
	change()
	l.mu.Unlock()
	select {
	case l.news <- struct{}{}:
	default:
	}
}

// save saves what there is from time to time, until stop is closed.
func (l *logs) save() {
	defer close(l.done)
	saved := [2]int{}
	for {
		select {
		case <-l.stop:
			return
		case <-l.news:
		}
		l.mu.Lock()
		now := [2][]byte{l.lines.Stdout.Bytes(), l.lines.Stderr.Bytes()}
		l.mu.Unlock()
		for i, stream := range []string{artifact.Stdout, artifact.Stderr} {
			if len(now[i]) != saved[i] && l.o.Store.SaveLog(l.t, l.num, artifact.SourceTask, stream, now[i]) == nil {
				saved[i] = len(now[i])
			}
		}
		pace := min(max(l.o.Now().Sub(l.begun)/paceShare, firstPace), lastPace)
		timer := time.NewTimer(pace + time.Duration(len(now[0])+len(now[1]))*time.Second/pacePerSize)
		select {
		case <-l.stop:
			timer.Stop()
			return
		case <-timer.C:
		}
	}
}

// end returns all of the output. No line may come after it.
func (l *logs) end() *task.Logs {
	close(l.stop)
	<-l.done
	return l.lines
}
