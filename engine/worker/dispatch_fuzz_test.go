package worker

import (
	"bytes"
	"io"
	"testing"

	"github.com/spindle-flow/spindle/engine/worker/pipe"
)

// FuzzDispatch lets a worker without a process hear anything while a description and a fork are awaited. Children it makes up must
// not be signalled, so the worker is never brought to its end here.
func FuzzDispatch(f *testing.F) {
	f.Add([]byte(`{"type":"started","re":2,"pid":77}` + "\n" + `{"type":"exited","pid":77,"code":1,"signal":9,"user_seconds":1e300}` + "\n"))
	f.Add([]byte(`{"type":"description","re":1,"flow":{"name":"F","steps":[{"decorators":[{"attributes":{}}]}]}}` + "\n"))
	f.Add([]byte(`{"type":"error","re":1,"kind":"syntax","classes":["a"]}` + "\n" + `{"type":"error","message":"x"}` + "\n" + `{"type":"?","id":3}` + "\n"))
	f.Fuzz(func(t *testing.T, in []byte) {
		r, peer, err := pipe.Socket("control")
		if err != nil {
			t.Skip(err)
		}
		w := &Worker{conn: NewConn(r), pending: map[int64]func(Message, error){}, children: map[int]*Child{}, done: make(chan struct{})}
		replies := 0
		w.pending[1] = func(m Message, err error) {
			replies++
			if d := descriptionOf(m, err); (d.flow == nil) == (d.err == nil) {
				t.Errorf("described = %+v", d)
			}
		}
		w.pending[2] = func(m Message, err error) {
			replies++
			if f := w.started(m, err); (f.child == nil) == (f.err == nil) {
				t.Errorf("forked = %+v", f)
			}
		}
		drained := make(chan struct{})
		go func() {
			defer close(drained)
			_, _ = io.Copy(io.Discard, peer)
		}()
		d := NewDecoder(bytes.NewReader(in))
		for m, err := d.Read(); err == nil && w.dispatch(m) == nil; m, err = d.Read() {
		}
		_ = r.Close()
		<-drained
		_ = peer.Close()
		if replies+len(w.pending) != 2 {
			t.Errorf("%d replies, %d pending", replies, len(w.pending))
		}
		for pid := range w.children {
			if pid <= 1 {
				t.Errorf("child with process id %d", pid)
			}
		}
	})
}
