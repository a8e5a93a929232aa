package server_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/server"
	"github.com/spindle-flow/spindle/engine/worker"
	"github.com/spindle-flow/spindle/engine/worker/pipe"
)

type echo struct{}

type kinded struct{ kind string }

func (k kinded) Error() string     { return "refused" }
func (k kinded) ErrorKind() string { return k.kind }

func (echo) Serve(_ context.Context, call string, args json.RawMessage) (any, error) {
	switch call {
	case "echo":
		return args, nil
	case "kind":
		return nil, fmt.Errorf("wrapped: %w", kinded{"not_found"})
	default:
		return nil, errors.New("disk on fire")
	}
}

func TestServe(t *testing.T) {
	t.Parallel()
	ours, theirs, err := pipe.Socket("test")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() {
		conn := worker.NewConn(ours)
		defer conn.Close()
		done <- server.Serve(context.Background(), conn, worker.Identity{Version: "1.2.3"}, echo{})
	}()
	lines := bufio.NewReader(theirs)
	say := func(text string) string {
		t.Helper()
		if _, err := theirs.WriteString(text + "\n"); err != nil {
			t.Fatal(err)
		}
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(line)
	}
	if hello := say(`{"type":"hello","protocol":1,"language":"python"}`); !strings.Contains(hello, `"protocol":1`) || !strings.Contains(hello, "1.2.3") {
		t.Errorf("hello: %s", hello)
	}
	for _, tt := range []struct{ in, want string }{
		{`{"type":"store","id":1,"call":"echo","args":{"a":[1]}}`, `{"type":"reply","re":1,"result":{"a":[1]}}`},
		{`{"type":"store","id":2,"call":"kind","args":{}}`, `{"type":"reply","re":2,"result":null,"error":{"kind":"not_found","message":"wrapped: refused"}}`},
		{`{"type":"store","id":3,"call":"x","args":{}}`, `{"type":"reply","re":3,"result":null,"error":{"kind":"io","message":"disk on fire"}}`},
		{`{"type":"get","id":4}`, `{"type":"error","re":4,"kind":"protocol","message":"a store server has no answer to \"get\""}`},
	} {
		if got := say(tt.in); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.in, got, tt.want)
		}
	}
	if err := theirs.Close(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Errorf("end of the channel: %v", err)
	}
}
