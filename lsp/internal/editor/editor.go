// Package editor is an editor for tests: a client that speaks with the language server over a pipe, in one process, and notes what it is told.
//
// What an editor does is written in the test; what it was told can be waited for. Nothing here sleeps.
package editor

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/spindle-flow/spindle/lsp"
)

// Options say what the editor can do and what the server is given.
type Options struct {
	Server lsp.Options
	// Capabilities replace those of an editor that can do everything but ask for diagnostics.
	Capabilities *protocol.ClientCapabilities
	// Params may alter what initialize says.
	Params func(p *protocol.InitializeParams)
	// Settings are the answer to workspace/configuration.
	Settings string
	// Raw leaves out initialize and initialized.
	Raw bool
}

// Editor is a client with a session.
type Editor struct {
	t    testing.TB
	Dir  string
	Conn jsonrpc2.Conn
	// Result is what initialize returned.
	Result protocol.InitializeResult

	ended    chan struct{}
	err      error            // of the session, once it has ended
	versions map[string]int32 // of open documents

	mu       sync.Mutex
	settings string
	news     chan struct{}                                // closed and replaced at each message of the server
	findings map[string]protocol.PublishDiagnosticsParams // by path relative to the folder
	times    map[string]int                               // how often findings were published
	messages []string                                     // the methods of all messages of the server
	notes    map[string]jsonrpc2.RawMessage               // the last parameters of each method
	logged   []string
	watched  []string // methods that were registered
	edits    []protocol.WorkspaceEdit
}

// Start starts a server in a folder and an editor that has spoken with it. Both end with the test.
func Start(t testing.TB, dir string, opts Options) *Editor {
	t.Helper()
	here, there := net.Pipe()
	e := &Editor{
		t: t, Dir: dir, settings: opts.Settings, ended: make(chan struct{}), news: make(chan struct{}),
		findings: map[string]protocol.PublishDiagnosticsParams{}, times: map[string]int{}, versions: map[string]int32{},
		notes: map[string]jsonrpc2.RawMessage{},
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		defer close(e.ended)
		e.err = lsp.Serve(ctx, jsonrpc2.NewHeaderStream(there), opts.Server)
	}()
	e.Conn = jsonrpc2.NewConn(jsonrpc2.NewHeaderStream(here), jsonrpc2.WithCodec(codec{}))
	e.Conn.Go(ctx, e.handle)
	t.Cleanup(func() {
		cancel()
		_ = e.Conn.Close()
		<-e.ended
	})
	if !opts.Raw {
		e.initialize(opts)
	}
	return e
}

func (e *Editor) initialize(opts Options) {
	e.t.Helper()
	//lint:ignore SA1019 real clients still send it
	p := &protocol.InitializeParams{RootURI: ptr(uri.File(e.Dir)), Capabilities: *Full(false)}
	if opts.Capabilities != nil {
		p.Capabilities = *opts.Capabilities
	}
	p.WorkspaceFolders = protocol.NewNullable([]protocol.WorkspaceFolder{{URI: uri.File(e.Dir), Name: "test"}})
	if opts.Params != nil {
		opts.Params(p)
	}
	e.Ask(protocol.MethodInitialize, p, &e.Result)
	e.Tell(protocol.MethodInitialized, &protocol.InitializedParams{})
}

// Wait waits for the end of the session and returns how it ended.
func (e *Editor) Wait() error {
	<-e.ended
	return e.err
}

// Ask sends a request and takes the answer, which must not be an error.
func (e *Editor) Ask(method string, params, result any) {
	e.t.Helper()
	if err := e.Try(method, params, result); err != nil {
		e.t.Fatalf("%s: %v", method, err)
	}
}

// Try sends a request and returns the error it was answered with.
func (e *Editor) Try(method string, params, result any) error {
	_, err := e.Conn.Call(context.Background(), method, params, result)
	return err
}

// Tell sends a notification.
func (e *Editor) Tell(method string, params any) {
	e.t.Helper()
	if err := e.Conn.Notify(context.Background(), method, params); err != nil {
		e.t.Fatalf("%s: %v", method, err)
	}
}

// URI is that of a file of the folder.
func (e *Editor) URI(name string) uri.URI {
	if strings.Contains(name, ":") {
		return uri.URI(name)
	}
	return uri.File(filepath.Join(e.Dir, name))
}

// Name is the name in the folder of a URI.
func (e *Editor) Name(u uri.URI) string {
	if !u.IsFile() {
		return u.String()
	}
	rel, err := filepath.Rel(e.Dir, u.FsPath())
	if err != nil {
		return u.String()
	}
	return filepath.ToSlash(rel)
}

// Document names a file of the folder.
func (e *Editor) Document(name string) protocol.TextDocumentIdentifier {
	return protocol.TextDocumentIdentifier{URI: e.URI(name)}
}

// Open opens a file as it is on disk.
func (e *Editor) Open(name string) {
	e.t.Helper()
	data, err := os.ReadFile(filepath.Join(e.Dir, name))
	if err != nil {
		e.t.Fatal(err)
	}
	e.OpenText(name, string(data))
}

// OpenText opens a document with a text.
func (e *Editor) OpenText(name, text string) {
	e.t.Helper()
	e.versions[name] = 1
	e.Tell(protocol.MethodTextDocumentDidOpen, &protocol.DidOpenTextDocumentParams{TextDocument: protocol.TextDocumentItem{
		URI: e.URI(name), LanguageID: language(name), Version: 1, Text: text,
	}})
}

func language(name string) protocol.LanguageKind {
	if ext := filepath.Ext(name); ext != "" && ext != ".py" {
		return protocol.LanguageKind(ext[1:])
	}
	return "python"
}

// Type replaces a range of an open document and returns its new version.
func (e *Editor) Type(name string, at protocol.Range, text string) int32 {
	e.t.Helper()
	return e.Change(name, &protocol.TextDocumentContentChangePartial{Range: at, Text: text})
}

// Replace replaces all of an open document and returns its new version.
func (e *Editor) Replace(name, text string) int32 {
	e.t.Helper()
	return e.Change(name, &protocol.TextDocumentContentChangeWholeDocument{Text: text})
}

// Change makes changes to an open document and returns its new version.
func (e *Editor) Change(name string, changes ...protocol.TextDocumentContentChangeEvent) int32 {
	e.t.Helper()
	e.versions[name]++
	e.Tell(protocol.MethodTextDocumentDidChange, &protocol.DidChangeTextDocumentParams{
		TextDocument:   protocol.VersionedTextDocumentIdentifier{TextDocumentIdentifier: e.Document(name), Version: e.versions[name]},
		ContentChanges: changes,
	})
	return e.versions[name]
}

// Close closes a document.
func (e *Editor) Close(name string) {
	e.t.Helper()
	e.Tell(protocol.MethodTextDocumentDidClose, &protocol.DidCloseTextDocumentParams{TextDocument: e.Document(name)})
}

// Write writes a file and tells the server as a watcher does.
func (e *Editor) Write(name, text string) {
	e.t.Helper()
	path := filepath.Join(e.Dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		e.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
		e.t.Fatal(err)
	}
	e.watch(name, protocol.FileChangeTypeChanged)
}

// Read reads a file of the folder.
func (e *Editor) Read(name string) string {
	e.t.Helper()
	data, err := os.ReadFile(filepath.Join(e.Dir, name))
	if err != nil {
		e.t.Fatal(err)
	}
	return string(data)
}

// Remove removes a file and tells the server as a watcher does.
func (e *Editor) Remove(name string) {
	e.t.Helper()
	if err := os.Remove(filepath.Join(e.Dir, name)); err != nil {
		e.t.Fatal(err)
	}
	e.watch(name, protocol.FileChangeTypeDeleted)
}

func (e *Editor) watch(name string, kind protocol.FileChangeType) {
	e.t.Helper()
	e.Tell(protocol.MethodWorkspaceDidChangeWatchedFiles, &protocol.DidChangeWatchedFilesParams{
		Changes: []protocol.FileEvent{{URI: e.URI(name), Type: kind}},
	})
}
