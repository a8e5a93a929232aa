// Package server serves the store calls of the task protocol to programs outside of tasks: scripts and notebooks that use the client API.
package server

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"

	"github.com/spindle-flow/spindle/engine/worker"
)

// Client answers calls.
type Client interface {
	Serve(ctx context.Context, call string, args json.RawMessage) (any, error)
}

// maxOpen bounds how many calls are worked on at once.
const maxOpen = 32

type reply struct {
	Type   string      `json:"type"`
	Re     int64       `json:"re"`
	Result any         `json:"result"`
	Error  *replyError `json:"error,omitempty"`
}

type replyError struct {
	Kind    string `json:"kind"`
	Message string `json:"message"`
}

type protocolError struct {
	Type    string `json:"type"`
	Re      *int64 `json:"re,omitempty"`
	Kind    string `json:"kind"`
	Message string `json:"message"`
}

// Serve greets the other side and answers its calls until the channel ends.
func Serve(ctx context.Context, conn *worker.Conn, engine worker.Identity, client Client) error {
	if _, err := conn.Greet(engine, []string{"the program that started this server"}); err != nil {
		return fmt.Errorf("store server: %w", err)
	}
	ctx, cancel := context.WithCancel(ctx)
	var calls sync.WaitGroup
	defer calls.Wait()
	defer cancel()
	slots := make(chan struct{}, maxOpen)
	for {
		m, err := conn.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("store server: %w", err)
		}
		if m.Type != "store" || m.ID == nil {
			refusal := protocolError{Type: "error", Re: m.ID, Kind: worker.KindProtocol, Message: fmt.Sprintf("a store server has no answer to %q", m.Type)}
			if err := conn.Write(refusal); err != nil {
				return fmt.Errorf("store server: %w", err)
			}
			continue
		}
		var request struct {
			Call string          `json:"call"`
			Args json.RawMessage `json:"args"`
		}
		if err := m.Decode(&request); err != nil {
			return fmt.Errorf("store server: %w", err)
		}
		id := *m.ID
		slots <- struct{}{}
		calls.Go(func() {
			defer func() { <-slots }()
			// Nobody is left to be told when the channel is gone.
			_ = conn.Write(answer(ctx, client, id, request.Call, request.Args))
		})
	}
}

func answer(ctx context.Context, client Client, id int64, call string, args json.RawMessage) reply {
	result, err := client.Serve(ctx, call, args)
	if err == nil {
		return reply{Type: "reply", Re: id, Result: result}
	}
	kind := "io"
	if k, ok := errors.AsType[worker.Kinded](err); ok {
		kind = k.ErrorKind()
	}
	return reply{Type: "reply", Re: id, Error: &replyError{Kind: kind, Message: err.Error()}}
}
