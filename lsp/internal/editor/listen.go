package editor

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

// handle takes what the server says.
func (e *Editor) handle(ctx context.Context, req *jsonrpc2.Request) (any, error) {
	if req.IsCall() {
		// Nothing is kept in between the two ends: if both wrote an answer before they read on, neither would ever be done.
		jsonrpc2.Async(ctx)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	method := strings.Clone(req.Method())
	e.messages = append(e.messages, method)
	e.notes[method] = append(jsonrpc2.RawMessage(nil), req.Params()...)
	defer func() {
		close(e.news)
		e.news = make(chan struct{})
	}()
	return e.answer(method, req.Params())
}

func (e *Editor) answer(method string, params []byte) (any, error) {
	switch method {
	case protocol.MethodTextDocumentPublishDiagnostics:
		var p protocol.PublishDiagnosticsParams
		if err := protocol.Unmarshal(params, &p); err != nil {
			return nil, err
		}
		name := e.Name(p.URI)
		e.findings[name] = p
		e.times[name]++
	case protocol.MethodWindowLogMessage, protocol.MethodWindowShowMessage:
		var p protocol.LogMessageParams
		if err := protocol.Unmarshal(params, &p); err != nil {
			return nil, err
		}
		e.logged = append(e.logged, p.Message)
	case protocol.MethodClientRegisterCapability:
		var p protocol.RegistrationParams
		if err := protocol.Unmarshal(params, &p); err != nil {
			return nil, err
		}
		for _, r := range p.Registrations {
			e.watched = append(e.watched, r.Method)
		}
	case protocol.MethodWorkspaceConfiguration:
		if e.settings == "" {
			return jsonrpc2.RawMessage("[null]"), nil
		}
		return jsonrpc2.RawMessage("[" + e.settings + "]"), nil
	case protocol.MethodWorkspaceApplyEdit:
		var p protocol.ApplyWorkspaceEditParams
		if err := protocol.Unmarshal(params, &p); err != nil {
			return nil, err
		}
		e.edits = append(e.edits, p.Edit)
		return &protocol.ApplyWorkspaceEditResult{Applied: true}, nil
	}
	return nil, nil
}

// SetSettings changes the answer to workspace/configuration and says that it changed.
func (e *Editor) SetSettings(settings string) {
	e.t.Helper()
	e.mu.Lock()
	e.settings = settings
	e.mu.Unlock()
	e.Tell(protocol.MethodWorkspaceDidChangeConfiguration, &protocol.DidChangeConfigurationParams{Settings: protocol.LSPAny("null")})
}

// until waits until a condition on what the editor was told holds. It is asked after each message of the server, under the lock.
func (e *Editor) until(what string, holds func() bool) {
	e.t.Helper()
	for {
		e.mu.Lock()
		ok, news := holds(), e.news
		e.mu.Unlock()
		if ok {
			return
		}
		select {
		case <-news:
		case <-e.ended:
			e.t.Fatalf("the server ended (%v) before %s", e.err, what)
		case <-e.Conn.Done():
			e.t.Fatalf("the connection ended before %s", what)
		}
	}
}

// Findings waits for the findings about a version of a document, or a later one, and returns them.
func (e *Editor) Findings(name string, version int32) []protocol.Diagnostic {
	e.t.Helper()
	var list []protocol.Diagnostic
	e.until("findings of "+name, func() bool {
		p, ok := e.findings[name]
		v, _ := p.Version.Get()
		list = p.Diagnostics
		return ok && v >= version
	})
	return list
}

// UntilFindings waits until what is shown for a document is as wanted.
func (e *Editor) UntilFindings(name string, wanted func(list []protocol.Diagnostic) bool) {
	e.t.Helper()
	e.until("the wanted findings of "+name, func() bool {
		p, ok := e.findings[name]
		return ok && wanted(p.Diagnostics)
	})
}

// Shown is the version of a document that the newest findings are about.
func (e *Editor) Shown(name string) int32 {
	e.mu.Lock()
	defer e.mu.Unlock()
	v, _ := e.findings[name].Version.Get()
	return v
}

// Published is how often findings of a document were published.
func (e *Editor) Published(name string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.times[name]
}

// Received counts the messages of a method that came from the server.
func (e *Editor) Received(method string) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.count(method)
}

func (e *Editor) count(method string) int {
	n := 0
	for _, m := range e.messages {
		if m == method {
			n++
		}
	}
	return n
}

// UntilReceived waits for the n-th message of a method and returns the newest one's parameters.
func (e *Editor) UntilReceived(method string, n int) json.RawMessage {
	e.t.Helper()
	e.until(method, func() bool { return e.count(method) >= n })
	e.mu.Lock()
	defer e.mu.Unlock()
	return json.RawMessage(e.notes[method])
}

// Log is what the server wrote to the editor's log or showed.
func (e *Editor) Log() string {
	e.mu.Lock()
	defer e.mu.Unlock()
	return strings.Join(e.logged, "\n")
}

// UntilRegistered waits until the server has asked to be told of a method.
func (e *Editor) UntilRegistered(method string) {
	e.t.Helper()
	e.until("the registration of "+method, func() bool { return slices.Contains(e.watched, method) })
}

// Applied are the edits that the server asked for.
func (e *Editor) Applied() []protocol.WorkspaceEdit {
	e.mu.Lock()
	defer e.mu.Unlock()
	return slices.Clone(e.edits)
}
