package local

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"

	"github.com/spindle-flow/spindle/engine/worker"
)

// talk is the conversation with a task's process.
type talk struct {
	t      *task
	cancel context.CancelFunc
	over   chan struct{}  // closed when the channel has been read to its end
	calls  sync.WaitGroup // requests being served
	slots  chan struct{}
}

// converse hands the process its task and serves it until its channel ends.
func (t *task) converse(ctx context.Context) *talk {
	ctx, cancel := context.WithCancel(ctx)
	k := &talk{t: t, cancel: cancel, over: make(chan struct{}), slots: make(chan struct{}, openCalls)}
	go func() {
		defer close(k.over)
		if err := k.serve(ctx); err != nil {
			t.fault, t.result = err, nil
			close(t.broken)
		}
	}()
	return k
}

// end waits for what is left of the conversation. The channel must have been released.
func (k *talk) end() {
	<-k.over
	k.cancel()
	k.calls.Wait()
}

// serve returns an error when the process breaks the protocol, nil at the channel's end.
func (k *talk) serve(ctx context.Context) error {
	if err := k.open(ctx); err != nil {
		return ended(err)
	}
	for {
		m, err := k.t.conn.Read()
		if err != nil {
			return ended(err)
		}
		if err := k.message(ctx, m); err != nil {
			return err
		}
	}
}

// ended drops errors that only mean that the process is gone: its exit says more.
func ended(err error) error {
	for _, gone := range []error{io.EOF, os.ErrClosed, os.ErrDeadlineExceeded, syscall.EPIPE, syscall.ECONNRESET} {
		if errors.Is(err, gone) {
			return nil
		}
	}
	return err
}

// open greets a spawned process and sends the task.
func (k *talk) open(ctx context.Context) error {
	if k.t.forker == nil {
		if err := k.greet(ctx); err != nil {
			return err
		}
	}
	task := *k.t.spec.Task
	task.Type, task.Protocol = "task", worker.Protocol
	return k.t.conn.Write(task)
}

func (k *talk) greet(ctx context.Context) error {
	opts := k.t.local.opts
	ctx, cancel := context.WithTimeout(ctx, opts.StartLimit)
	defer cancel()
	greeted := make(chan error, 1)
	go func() {
		_, err := k.t.conn.Greet(opts.Engine, k.t.local.spawner.Program().Argv)
		greeted <- err
	}()
	select {
	case err := <-greeted:
		return err
	case <-ctx.Done():
	}
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		k.t.child.Signal(syscall.SIGKILL) // ends the read
	}
	if err := <-greeted; err == nil || ended(err) != nil {
		return err
	}
	return fmt.Errorf("no hello from the process within %s", opts.StartLimit)
}

// message handles one message of the process.
func (k *talk) message(ctx context.Context, m worker.Message) error {
	if k.t.result != nil {
		return &worker.ProtocolError{Problem: fmt.Sprintf("the process sent %q after its last message", m.Type)}
	}
	switch m.Type {
	case "get":
		return k.get(ctx, m)
	case "store":
		return k.store(ctx, m)
	case worker.TypeDone, worker.TypeFailed, worker.TypeInvalid:
		var result worker.Result
		if err := m.Decode(&result); err != nil {
			return err
		}
		k.t.result = &result
		return nil
	case "error":
		var e worker.CallError
		if err := m.Decode(&e); err != nil {
			return err
		}
		return &worker.ProtocolError{Problem: "the process says: " + e.Message}
	default:
		return k.reply(refusal{Type: "error", Re: m.ID, Kind: worker.KindProtocol, Message: fmt.Sprintf("unknown message type %q", m.Type)})
	}
}

type refusal struct {
	Type    string `json:"type"`
	Re      *int64 `json:"re,omitempty"`
	Kind    string `json:"kind"`
	Message string `json:"message"`
}

// reply sends; that the process is gone is no fault.
func (k *talk) reply(v any) error { return ended(k.t.conn.Write(v)) }

type values struct {
	Type  string             `json:"type"`
	Re    *int64             `json:"re"`
	Items []worker.ItemValue `json:"items"`
}

func (k *talk) get(ctx context.Context, m worker.Message) error {
	var request struct {
		Items  []worker.Item `json:"items"`
		Inline int64         `json:"inline"`
	}
	if err := m.Decode(&request); err != nil {
		return err
	}
	for i := range request.Items {
		request.Items[i].Inline = request.Inline
	}
	id := m.ID
	return k.call(ctx, id, func() any {
		items := k.t.handler.Get(ctx, request.Items)
		if items == nil {
			items = []worker.ItemValue{}
		}
		return values{Type: "values", Re: id, Items: items}
	})
}

type reply struct {
	Type   string            `json:"type"`
	Re     *int64            `json:"re"`
	Result any               `json:"result"`
	Error  *worker.CallError `json:"error,omitempty"`
}

func (k *talk) store(ctx context.Context, m worker.Message) error {
	var request struct {
		Call string          `json:"call"`
		Args json.RawMessage `json:"args"`
	}
	if err := m.Decode(&request); err != nil {
		return err
	}
	id := m.ID
	return k.call(ctx, id, func() any {
		result, err := k.t.handler.Store(ctx, request.Call, request.Args)
		if err != nil {
			return reply{Type: "reply", Re: id, Error: callError(err)}
		}
		return reply{Type: "reply", Re: id, Result: result}
	})
}

// call serves one request while the channel is read on. It waits when the process has too many open.
func (k *talk) call(ctx context.Context, id *int64, answer func() any) error {
	select {
	case k.slots <- struct{}{}:
	case <-ctx.Done():
		return nil // the task is being killed
	}
	k.calls.Go(func() {
		defer func() { <-k.slots }()
		if err := k.reply(answer()); err != nil {
			// What can't be encoded (too large) must not leave the process waiting. A second error means that it is gone.
			_ = k.reply(refusal{Type: "error", Re: id, Kind: "io", Message: err.Error()})
		}
	})
	return nil
}

func callError(err error) *worker.CallError {
	var kinded worker.Kinded
	if errors.As(err, &kinded) {
		return &worker.CallError{Kind: kinded.ErrorKind(), Message: kinded.Error()}
	}
	return &worker.CallError{Kind: "io", Message: err.Error()}
}
