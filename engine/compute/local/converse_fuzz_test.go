package local

import (
	"context"
	"encoding/json"
	"io"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/spindle-flow/spindle/engine/compute"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/engine/worker/pipe"
)

type willing struct{}

func (willing) Started(int)                            {}
func (willing) Line(compute.Stream, time.Time, []byte) {}
func (willing) Truncated(compute.Stream, time.Time)    {}
func (willing) Get(_ context.Context, items []worker.Item) []worker.ItemValue {
	return make([]worker.ItemValue, len(items))
}
func (willing) Store(_ context.Context, _ string, args json.RawMessage) (any, error) {
	return args, nil
}

// FuzzConversation lets a process say anything: the conversation ends, with a result or a fault or neither.
func FuzzConversation(f *testing.F) {
	f.Add([]byte(`{"type":"get","id":1,"items":[[0,"x"],[1,"y"]]}` + "\n" + `{"type":"done","success":true,"inherit":[[0,["a"]]],"transition":{"next":["b"]}}` + "\n"))
	f.Add([]byte(`{"type":"store","id":2,"call":"object","args":{"pathspec":"F/1"}}` + "\n" + `{"type":"failed","exception":{}}` + "\n" + `{"type":"done"}` + "\n"))
	f.Add([]byte(`{"type":"invalid","errors":[{"parameter":"a"}]}` + "\n\n"))
	f.Add([]byte(`{"type":"error","message":"no"}` + "\n" + `{"type":"what","id":9}` + "\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		r, process, err := pipe.Socket("task")
		if err != nil {
			t.Skip(err)
		}
		task := &task{local: &Local{}, spec: compute.Spec{Task: &worker.Task{}}, handler: willing{}, forker: new(worker.Worker), conn: worker.NewConn(r), broken: make(chan struct{})}
		go func() {
			_, _ = process.Write(in)
			hangUp(process)
		}()
		drained := make(chan struct{})
		go func() {
			defer close(drained)
			_, _ = io.Copy(io.Discard, process)
		}()
		talk := task.converse(t.Context())
		<-talk.over
		_ = task.conn.Close()
		talk.end()
		<-drained
		_ = process.Close()
		if task.fault != nil && task.result != nil {
			t.Errorf("both a fault (%v) and a result (%+v)", task.fault, task.result)
		}
	})
}

// hangUp ends what the process says while it still listens; closing would wait for the read in progress.
func hangUp(process *os.File) {
	if raw, err := process.SyscallConn(); err == nil {
		_ = raw.Control(func(fd uintptr) { _ = syscall.Shutdown(int(fd), syscall.SHUT_WR) })
	}
}
