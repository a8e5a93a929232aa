package flows

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"syscall"

	"github.com/spindle-flow/spindle/engine/run"
	"github.com/spindle-flow/spindle/kernel/cells"
)

// stage shows in a cell's output what steps print and show.
type stage struct {
	out   cells.Output
	runs  string   // what an interrupt stops
	named bool     // lines say of which task they are
	watch watchers // of the events, for a picture that moves
	debug cells.Debugging

	mu    sync.Mutex        // guards the rest
	tasks map[int]struct{}  // process groups of running tasks
	files map[string]string // cells by the names of their files, where they are debugged
}

type watchers []func(run.Event)

func newStage(out cells.Output, d cells.Debugging) *stage {
	return &stage{out: out, debug: d, runs: "step", tasks: map[int]struct{}{}, files: map[string]string{}}
}

// Debugging implements [Stage].
func (s *stage) Debugging() map[string]string {
	if s.debug == nil {
		return nil
	}
	return s.debug.Environment()
}

// knows remembers the files of a flow's cells, which are named by their numbers in what is printed.
func (s *stage) knows(flow *Source) {
	if s.debug == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, text := range flow.Cells {
		s.files[s.debug.File(text)] = name
	}
}

// cellFrame is a line of a traceback that points into a cell.
var cellFrame = regexp.MustCompile(`File "(Cell In\[\d+\])", line (\d+)`)

// goFrame is a line of a stack of Go that points into a cell.
var goFrame = regexp.MustCompile(`(Cell In\[\d+\]):(\d+)`)

// inCells writes places in cells as a notebook does.
func (s *stage) inCells(text string) string {
	s.mu.Lock()
	for file, cell := range s.files {
		text = strings.ReplaceAll(text, `File "`+file+`"`, `File "`+cell+`"`)
	}
	s.mu.Unlock()
	return goFrame.ReplaceAllString(cellFrame.ReplaceAllString(text, "$1, line $2"), "$1, line $2")
}

// Stream prints what is said outside of tasks.
func (s *stage) Stream(name, text string) { s.out.Stream(name, s.inCells(text)) }

// Event implements run.Observer.
func (s *stage) Event(ev run.Event) {
	switch e := ev.(type) {
	case run.TaskLine:
		text := s.inCells(strings.ToValidUTF8(string(e.Text), "�")) + "\n"
		if s.named {
			text = fmt.Sprintf("[%s/%s] %s", e.Task.Step, e.Task.Task, text)
		}
		s.out.Stream(string(e.Stream), text)
	case run.TaskStarted:
		s.running(e.Task.PID, true)
	case run.TaskFinished:
		s.running(e.Task.PID, false)
	case run.TaskFailed:
		s.running(e.Task.PID, false)
		if e.Retried {
			s.out.Stream("stderr", fmt.Sprintf("%s/%s failed and is tried again\n", e.Task.Step, e.Task.Task))
		}
	}
	for _, w := range s.watch {
		w(ev)
	}
}

func (s *stage) running(pid int, yes bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if yes && pid > 1 {
		s.tasks[pid] = struct{}{}
	} else {
		delete(s.tasks, pid)
	}
}

// kill ends the running tasks with all they have started.
func (s *stage) kill() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for pid := range s.tasks {
		_ = syscall.Kill(-pid, syscall.SIGKILL) // it may have ended
	}
}

// showable are the messages that a step may send to frontends.
var showable = map[string]bool{"display_data": true, "update_display_data": true, "clear_output": true}

// Show shows what a step's body shows.
func (s *stage) Show(kind string, content json.RawMessage) {
	if showable[kind] {
		s.out.Publish(kind, content)
	}
}

// display shows a value in the forms it has.
func (s *stage) display(data map[string]any, id string, update bool) {
	kind, transient := "display_data", map[string]any{}
	if id != "" {
		transient["display_id"] = id
	}
	if update {
		kind = "update_display_data"
	}
	s.out.Publish(kind, map[string]any{"data": data, "metadata": map[string]any{}, "transient": transient})
}

// print says a line.
func (s *stage) print(format string, args ...any) {
	s.out.Stream("stdout", fmt.Sprintf(format+"\n", args...))
}
