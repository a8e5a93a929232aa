package worker

import (
	"os"
	"runtime"
	"sync"
)

// Spawner starts a process per task, for flows that can't be forked. Where the system can, such a process dies with the engine: that is
// bound to the thread that started it, so a Spawner keeps one thread for starting.
type Spawner struct {
	program Program
	starts  chan func()
	stop    sync.Once
}

// NewSpawner returns a spawner of the program. Close ends its thread, and with it every process it has started.
func NewSpawner(program Program) *Spawner {
	s := &Spawner{program: program, starts: make(chan func())}
	go func() {
		// Never unlocked: the thread ends with the goroutine.
		runtime.LockOSThread()
		for start := range s.starts {
			start()
		}
	}()
	return s
}

// Start starts one process with the given files as its task channel, stdout and stderr. The files stay the caller's to close. It must not
// be called after Close.
func (s *Spawner) Start(channel, stdout, stderr *os.File) (*Child, error) {
	var proc *process
	var err error
	ready := make(chan struct{})
	s.starts <- func() {
		defer close(ready)
		proc, err = launch(s.program, taskVariable, channel, stdout, stderr, taskAttr())
	}
	<-ready
	if err != nil {
		return nil, err
	}
	child := newChild(proc.pid)
	go func() {
		<-proc.done
		child.end(proc.exit)
	}()
	return child, nil
}

// Program returns the command line for messages.
func (s *Spawner) Program() Program { return s.program }

// Close ends the spawner's thread.
func (s *Spawner) Close() { s.stop.Do(func() { close(s.starts) }) }
