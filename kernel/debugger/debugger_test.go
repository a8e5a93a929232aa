package debugger

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func TestMurmur2(t *testing.T) {
	t.Parallel()
	// As ipykernel.compiler.murmur2_x86 has them, with the same seed.
	for text, want := range map[string]uint32{
		"": 3990065800, "a": 2167009006, "ab": 2805137849, "abc": 3350977461, "abcd": 804720481, "grüße, alle": 3513287454,
	} {
		if got := murmur2([]byte(text), hashSeed); got != want {
			t.Errorf("%q: %d, want %d", text, got, want)
		}
	}
}

// debuggee is a process as a debugger meets it: it answers each request with the body for its command.
type debuggee struct {
	conn   net.Conn
	bodies map[string]string
	asked  chan message
}

// connect shows the secret and serves until the connection ends.
func (p *debuggee) serve(t *testing.T, port int, secret string) {
	t.Helper()
	var dialer net.Dialer
	conn, err := dialer.DialContext(t.Context(), "tcp", (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: port}).String())
	if err != nil {
		t.Error(err)
		return
	}
	p.conn = conn
	p.bodies["pydevdAuthorize"] = `{"clientAccessToken": "` + secret + `"}`
	go func() {
		defer close(p.asked)
		in := bufio.NewReader(conn)
		for {
			m, err := readMessage(in)
			if err != nil {
				return
			}
			yes := true
			answer := message{Type: "response", RequestSeq: m.Seq, Command: m.Command, Success: &yes, Body: json.RawMessage(p.bodies[m.Command])}
			p.asked <- m
			if writeMessage(conn, answer) != nil {
				return
			}
		}
	}()
}

func (p *debuggee) event(t *testing.T, event, body string) {
	t.Helper()
	if err := writeMessage(p.conn, message{Type: "event", Event: event, Body: json.RawMessage(body)}); err != nil {
		t.Error(err)
	}
}

// await waits for a request.
func (p *debuggee) await(t *testing.T, command string) message {
	t.Helper()
	for m := range p.asked {
		if m.Command == command {
			return m
		}
	}
	t.Fatalf("%s was never asked", command)
	return message{}
}

func newDebuggee(bodies map[string]string) *debuggee {
	return &debuggee{bodies: bodies, asked: make(chan message, 1000)}
}

// python is the process of plain cells: it connects when it is asked to.
type python struct {
	t *testing.T
	p *debuggee
}

func (p python) SDK() string { return "/sdk" }

func (p python) Ask(_ context.Context, kind string, question any) (json.RawMessage, error) {
	switch kind {
	case "debug":
		q, _ := question.(map[string]any)
		port, _ := q["port"].(int)
		secret, _ := q["secret"].(string)
		p.p.serve(p.t, port, secret)
		return json.RawMessage(`{}`), nil
	case "forgo":
		return json.RawMessage(`{}`), nil
	}
	return nil, errors.New("not asked in this test")
}

// frontend is what a frontend sees.
type frontend struct {
	t      *testing.T
	d      *Debugger
	seq    int
	events chan map[string]any
}

type answered struct {
	Success bool
	Message string
	Body    json.RawMessage
}

func (f *frontend) ask(command, arguments string) answered {
	f.t.Helper()
	f.seq++
	content, err := json.Marshal(map[string]any{"seq": f.seq, "type": "request", "command": command, "arguments": json.RawMessage(arguments)})
	if err != nil {
		f.t.Fatal(err)
	}
	done := make(chan answered, 1)
	f.d.Do(f.t.Context(), f, content, func(reply any) {
		var a answered
		text, err := json.Marshal(reply)
		if err == nil {
			err = json.Unmarshal(text, &a)
		}
		if err != nil {
			f.t.Error(err)
		}
		done <- a
	})
	return <-done
}

func (f *frontend) ok(command, arguments string, body any) {
	f.t.Helper()
	a := f.ask(command, arguments)
	if !a.Success {
		f.t.Fatalf("%s: %s", command, a.Message)
	}
	if body != nil {
		if err := json.Unmarshal(a.Body, body); err != nil {
			f.t.Fatal(err)
		}
	}
}

// event waits for an event and returns its thread.
func (f *frontend) event(kind string) int64 {
	f.t.Helper()
	for e := range f.events {
		if e["event"] != kind {
			continue
		}
		text, err := json.Marshal(e["body"])
		var body struct{ ThreadID int64 }
		if err == nil {
			err = json.Unmarshal(text, &body)
		}
		if err != nil {
			f.t.Fatal(err)
		}
		return body.ThreadID
	}
	return 0
}

func start(t *testing.T, main *debuggee) *frontend {
	t.Helper()
	f := &frontend{t: t, events: make(chan map[string]any, 1000)}
	f.d = New(Options{
		Folder: filepath.Join(t.TempDir(), "cells"),
		Python: func(context.Context) (Python, error) { return python{t, main}, nil },
		Event: func(event any) {
			e, _ := event.(map[string]any)
			f.events <- e
		},
	})
	t.Cleanup(f.d.Close)
	main.bodies["initialize"], main.bodies["threads"] = `{"supportsLogPoints": true, "supportsGotoTargetsRequest": true}`, `{"threads": [{"id": 1, "name": "MainThread"}]}`
	return f
}

// TestRestarted: the next Python is debugged also where the end of the one before has not been heard of.
func TestRestarted(t *testing.T) {
	t.Parallel()
	first, second := newDebuggee(map[string]string{}), newDebuggee(map[string]string{"threads": `{"threads": [{"id": 1, "name": "MainThread"}]}`})
	f := start(t, first)
	f.ok("initialize", `{}`, nil)
	f.ok("attach", `{}`, nil)
	f.d.Restarted(t.Context()) // the same Python still
	now := python{t, second}
	f.d.opts.Python = func(context.Context) (Python, error) { return now, nil }
	f.d.Restarted(t.Context())
	second.await(t, "attach")
	f.ok("threads", `{}`, nil)
	second.await(t, "threads")
	for m := range first.asked { // it ends when its connection does
		if m.Command == "threads" {
			t.Error("the first is asked for its threads")
		}
	}
}

// TestProcesses: two processes number their threads and frames alike; the frontend sees them apart, and what it has set is set in both.
func TestProcesses(t *testing.T) {
	t.Parallel()
	main, step := newDebuggee(map[string]string{}), newDebuggee(map[string]string{
		"stackTrace": `{"stackFrames": [{"id": 140737488355327, "name": "body", "line": 3}]}`,
		"threads":    `{"threads": [{"id": 1, "name": "body/4"}]}`,
	})
	main.bodies["stackTrace"] = `{"stackFrames": [{"id": 5, "name": "cell", "line": 1}]}`
	f := start(t, main)
	if f.ask("attach", `{}`).Success || f.d.Environment() != nil {
		t.Error("attached to nothing")
	}
	f.ok("initialize", `{}`, nil)
	f.ok("attach", `{"justMyCode": false, "connect": {"host": "elsewhere"}}`, nil)
	if got, _ := main.await(t, "attach").Arguments.(map[string]any); got["justMyCode"] != false || got["connect"] != nil || got["rules"] == nil {
		t.Errorf("attached with %v", got)
	}
	f.ok("setBreakpoints", `{"source": {"path": "/x.py"}, "breakpoints": [{"line": 3, "condition": "n == 1"}]}`, nil)
	given := f.d.Environment()["SPINDLE_KERNEL_DEBUGGER"]
	_, secret, _ := strings.Cut(given, " ")
	step.serve(t, f.d.port(), secret)
	set, err := json.Marshal(step.await(t, "setBreakpoints").Arguments)
	if err != nil || !strings.Contains(string(set), `"condition":"n == 1"`) {
		t.Errorf("the step was told %s: %v", set, err)
	}
	step.await(t, "configurationDone")

	var list struct{ Threads []struct{ ID int64 } }
	f.ok("threads", `{}`, &list)
	if len(list.Threads) != 2 || list.Threads[0].ID == list.Threads[1].ID {
		t.Errorf("threads: %+v", list)
	}
	main.event(t, "stopped", `{"threadId": 1, "reason": "breakpoint", "allThreadsStopped": true}`)
	one := f.event("stopped")
	step.event(t, "stopped", `{"threadId": 1, "reason": "breakpoint", "allThreadsStopped": true}`)
	two := f.event("stopped")
	if one == two {
		t.Fatal("two threads with one number")
	}
	names := map[int64]string{one: "cell", two: "body"}
	for thread, name := range names {
		var stack struct {
			StackFrames []struct {
				ID   int64
				Name string
			}
		}
		f.ok("stackTrace", fmt.Sprintf(`{"threadId": %d}`, thread), &stack)
		if len(stack.StackFrames) != 1 || stack.StackFrames[0].Name != name || stack.StackFrames[0].ID > 1000 {
			t.Errorf("thread %d: %+v", thread, stack)
		}
	}
	// When the step's process ends, the frontend hears that its thread is none that has stopped, and of the other again.
	_ = step.conn.Close()
	if gone := f.event("continued"); gone != two {
		t.Errorf("thread %d goes on, want %d", gone, two)
	}
	if again := f.event("stopped"); again != one {
		t.Errorf("thread %d is told of, want %d", again, one)
	}
	var info struct {
		IsStarted      bool
		StoppedThreads []int64
	}
	f.ok("debugInfo", `{}`, &info)
	if !info.IsStarted || !slices.Equal(info.StoppedThreads, []int64{one}) {
		t.Errorf("%+v", info)
	}
	f.ok("disconnect", `{}`, nil)
	main.await(t, "disconnect")
	if f.d.Started() || f.d.Environment() != nil {
		t.Error("it is still started")
	}
}

// TestStrangers: whoever connects without the secret is sent away, and so is who talks no protocol.
func TestStrangers(t *testing.T) {
	t.Parallel()
	main := newDebuggee(map[string]string{})
	f := start(t, main)
	f.ok("initialize", `{}`, nil)
	f.ok("attach", `{}`, nil)
	stranger := newDebuggee(map[string]string{})
	stranger.serve(t, f.d.port(), "guessed")
	for m := range stranger.asked {
		if m.Command != "pydevdAuthorize" {
			t.Errorf("a stranger was asked %s", m.Command)
		}
	}
	for _, said := range []string{"GET / HTTP/1.1\r\n\r\n", "Content-Length: -5\r\n\r\n", "Content-Length: 99999999999\r\n\r\n", "Content-Length: 2\r\n\r\n[]"} {
		var dialer net.Dialer
		conn, err := dialer.DialContext(t.Context(), "tcp", f.d.listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		_, _ = conn.Write([]byte(said))
		in := bufio.NewReader(conn)
		for err == nil {
			_, err = in.ReadByte()
		}
	}
	f.ok("threads", `{}`, nil)
}

// FuzzRequests: whatever a frontend says, it gets an answer.
func FuzzRequests(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"command":"attach"}`, `{"command":"setBreakpoints","seq":1,"arguments":{"source":{"path":"x"},"breakpoints":[{"line":1e99}]}}`,
		`{"command":"stackTrace","arguments":{"threadId":1.5}}`, `{"command":"variables","arguments":{"variablesReference":0}}`, `[1,2]`, `"x"`,
		`{"command":"dumpCell","arguments":{"code":"x"}}`, `{"command":"richInspectVariables","arguments":{"variableName":"a b"}}`,
	} {
		f.Add([]byte(seed))
	}
	d := New(Options{
		Folder: filepath.Join(f.TempDir(), "cells"),
		Python: func(context.Context) (Python, error) { return nil, errors.New("none here") },
		Event:  func(any) {},
	})
	f.Cleanup(d.Close)
	f.Fuzz(func(t *testing.T, content []byte) {
		answers := make(chan any, 1)
		d.Do(t.Context(), nil, content, func(answer any) { answers <- answer })
		if _, err := json.Marshal(<-answers); err != nil {
			t.Error(err)
		}
	})
}
