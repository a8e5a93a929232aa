package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/textproto"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"sync"
)

// client is an editor at the other end of a language server's standard input and output. It says what an editor says and notes when it is answered.
type client struct {
	cmd *exec.Cmd
	in  io.WriteCloser
	dir string

	mu      sync.Mutex
	news    chan struct{} // closed and replaced at each message
	answers map[int]json.RawMessage
	shown   map[string]published // by URI
	last    int                  // id of the last request
	err     error                // of the connection, once it has ended
	write   sync.Mutex
}

type published struct {
	version int
	count   int // of findings
}

type message struct {
	ID     *json.RawMessage `json:"id,omitempty"`
	Method string           `json:"method,omitempty"`
	Params json.RawMessage  `json:"params,omitempty"`
	Result json.RawMessage  `json:"result,omitempty"`
	Error  json.RawMessage  `json:"error,omitempty"`
}

// dial starts a server in a folder and speaks with it until it is ready for documents.
func dial(ctx context.Context, dir string, argv []string) (*client, error) {
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "METAFLOW_USER=bench")
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	c := &client{cmd: cmd, in: in, dir: dir, news: make(chan struct{}), answers: map[int]json.RawMessage{}, shown: map[string]published{}}
	go c.listen(bufio.NewReader(out))
	params := map[string]any{
		"processId": os.Getpid(), "rootUri": "file://" + dir, "workspaceFolders": []any{map[string]any{"uri": "file://" + dir, "name": "bench"}},
		"capabilities": map[string]any{
			"textDocument": map[string]any{
				"publishDiagnostics": map[string]any{"versionSupport": true, "relatedInformation": true, "codeDescriptionSupport": true},
				"hover":              map[string]any{"contentFormat": []string{"markdown"}},
				"completion":         map[string]any{"completionItem": map[string]any{"snippetSupport": true}},
			},
			"workspace": map[string]any{"configuration": true, "workspaceFolders": true},
		},
	}
	if _, err := c.ask(ctx, "initialize", params); err != nil {
		return nil, err
	}
	return c, c.tell("initialized", map[string]any{})
}

func (c *client) listen(r *bufio.Reader) {
	for {
		m, err := readMessage(r)
		c.mu.Lock()
		if err != nil {
			c.err = fmt.Errorf("the server has ended: %w", err)
		} else {
			c.take(m)
		}
		close(c.news)
		c.news = make(chan struct{})
		c.mu.Unlock()
		if err != nil {
			return
		}
		if m.ID != nil && m.Method != "" {
			c.serve(m)
		}
	}
}

func readMessage(r *bufio.Reader) (m message, err error) {
	head, err := textproto.NewReader(r).ReadMIMEHeader()
	if err != nil {
		return m, err
	}
	n, err := strconv.Atoi(head.Get("Content-Length"))
	if err != nil {
		return m, err
	}
	body := make([]byte, n)
	if _, err := io.ReadFull(r, body); err != nil {
		return m, err
	}
	return m, json.Unmarshal(body, &m)
}

// take notes a message; the lock is held.
func (c *client) take(m message) {
	switch {
	case m.Method == "textDocument/publishDiagnostics":
		var p struct {
			URI         string
			Version     int
			Diagnostics []json.RawMessage
		}
		if json.Unmarshal(m.Params, &p) == nil {
			c.shown[p.URI] = published{p.Version, len(p.Diagnostics)}
		}
	case m.ID != nil && m.Method == "":
		if id, err := strconv.Atoi(string(*m.ID)); err == nil {
			c.answers[id] = m.Result
			if m.Error != nil {
				c.err = fmt.Errorf("the server answers %s", m.Error)
			}
		}
	}
}

// serve answers what the server asks: the settings are those that nobody chose, but for the interpreter.
func (c *client) serve(m message) {
	var result any
	if m.Method == "workspace/configuration" {
		var p struct{ Items []struct{ Section string } }
		_ = json.Unmarshal(m.Params, &p)
		list := make([]any, len(p.Items))
		for i, item := range p.Items {
			if item.Section == "python" {
				list[i] = map[string]any{"pythonPath": peerPython(c.dir)}
			}
		}
		result = list
	}
	_ = c.send(map[string]any{"jsonrpc": "2.0", "id": m.ID, "result": result})
}

// peerPython is the interpreter that has metaflow; the folder of the flows is beside it, in build.
func peerPython(dir string) string {
	return filepath.Join(filepath.Dir(filepath.Dir(dir)), "peer/bin/python")
}

func (c *client) send(v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	c.write.Lock()
	defer c.write.Unlock()
	_, err = fmt.Fprintf(c.in, "Content-Length: %d\r\n\r\n%s", len(body), body)
	return err
}

func (c *client) tell(method string, params any) error {
	return c.send(map[string]any{"jsonrpc": "2.0", "method": method, "params": params})
}

func (c *client) ask(ctx context.Context, method string, params any) (json.RawMessage, error) {
	c.mu.Lock()
	c.last++
	id := c.last
	c.mu.Unlock()
	if err := c.send(map[string]any{"jsonrpc": "2.0", "id": id, "method": method, "params": params}); err != nil {
		return nil, err
	}
	var answer json.RawMessage
	err := c.until(ctx, func() (ok bool) {
		answer, ok = c.answers[id]
		delete(c.answers, id)
		return ok
	})
	if err != nil {
		return nil, fmt.Errorf("%s: %w", method, err)
	}
	return answer, nil
}

// until waits for a message after which something holds.
func (c *client) until(ctx context.Context, holds func() bool) error {
	for {
		c.mu.Lock()
		ok, err, news := holds(), c.err, c.news
		c.mu.Unlock()
		switch {
		case err != nil:
			return err
		case ok:
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-news:
		}
	}
}

// close ends the server as an editor does, and waits for it.
func (c *client) close() {
	_ = c.send(map[string]any{"jsonrpc": "2.0", "id": 1 << 20, "method": "shutdown"})
	_ = c.tell("exit", nil)
	_ = c.in.Close()
	_ = c.cmd.Wait()
}
