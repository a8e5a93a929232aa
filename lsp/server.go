package lsp

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"

	"github.com/spindle-flow/spindle/lsp/lastrun"
	"github.com/spindle-flow/spindle/lsp/position"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// Options say what the server works with. All may be left out.
type Options struct {
	Version string // of Spindle, told to the client
	// ReadFile reads a file that no editor has open, from disk when nil.
	ReadFile func(path string) ([]byte, error)
	// ReadDir lists a folder, from disk when nil.
	ReadDir func(dir string) ([]fs.DirEntry, error)
	// Log takes what the user of a terminal should see: one line each, without a line end.
	Log func(line string)
	// Alive says whether a process exists; the session ends with the client's process. Nil never looks.
	Alive func(pid int) bool
	// Pause waits between two looks at the client's process, and is false when the context ends first; the real clock when nil.
	Pause func(ctx context.Context) bool
	// Wait waits for some time, and is false when the context ends first; on the real clock when nil.
	Wait func(ctx context.Context, d time.Duration) bool
	// Tidy gives memory of Go's back to the machine; nil leaves that to the runtime.
	Tidy func()
	// Now is the time, to say how long ago a run was; the real one when nil.
	Now func() time.Time
	// Env is the environment, which may say where the store of past runs is; an empty one when nil.
	Env func(name string) string
	// GoEnv is the environment of the go tool, which says what packages of flows in Go are made of; that of the process when nil.
	GoEnv []string
	// Executable is how to call Spindle in a terminal.
	Executable string
}

func (o Options) withDefaults() Options {
	if o.ReadFile == nil {
		o.ReadFile = os.ReadFile
	}
	if o.ReadDir == nil {
		o.ReadDir = os.ReadDir
	}
	if o.Log == nil {
		o.Log = func(string) {}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Wait == nil {
		o.Wait = wait
	}
	if o.Pause == nil {
		o.Pause = func(ctx context.Context) bool { return o.Wait(ctx, 3*time.Second) }
	}
	if o.Tidy == nil {
		o.Tidy = func() {}
	}
	if o.Executable == "" {
		o.Executable = "spindle"
	}
	return o
}

// ErrNoShutdown is the end of a session whose client left without asking for shutdown first.
var ErrNoShutdown = errors.New("the client left without shutdown")

// Serve is one session: it speaks LSP over a stream until the client says exit, is gone, or the context ends. The stream is closed
// when it returns.
func Serve(ctx context.Context, stream jsonrpc2.Stream, opts Options) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream = closedOnce{stream, sync.OnceValue(stream.Close)}
	s := newSession(ctx, stream, opts.withDefaults())
	s.conn.Go(ctx, s.handler())
	select {
	case <-s.conn.Done():
	case <-s.left:
	case <-ctx.Done():
	}
	cancel()
	closed := s.end(stream)
	if err := s.conn.Err(); err != nil {
		return fmt.Errorf("speak with the client: %w", err)
	}
	if closed != nil {
		return fmt.Errorf("close the connection: %w", closed)
	}
	if s.phase.Load() != int32(down) {
		return ErrNoShutdown
	}
	return nil
}

// grace is how long a session waits at its end for messages on their way to a client that takes none.
const grace = 2 * time.Second

// end closes the connection and waits for all work to end. The stream is closed first: a message that a client does not take would otherwise never be
// done. Where closing does not help, as with standard output, it is not waited for.
func (s *session) end(stream jsonrpc2.Stream) error {
	failed := stream.Close()
	ctx, ended := context.WithCancel(context.Background())
	go func() {
		defer ended()
		_ = s.conn.Close() // which closes the stream that is closed
		s.background.Wait()
		s.store().CloseAll()
	}()
	s.opts.Wait(ctx, grace)
	return failed
}

// session is the conversation with one client.
type session struct {
	opts     Options
	ctx      context.Context // ends with the session
	conn     jsonrpc2.Conn
	client   protocol.Client
	features []feature
	methods  map[string]method
	commands map[string]command

	phase atomic.Int32
	files atomic.Pointer[snapshot.Store]
	left  chan struct{} // closed when the client says exit, or its process is gone
	leave func()        // closes left

	closed     int          // documents since memory was given back; only notifications touch it, one after another
	lens       lensCommands // the names that lenses call; set by initialize
	caps       capabilities // what the client can do; set by initialize
	background sync.WaitGroup
	publisher  *publisher
	indexer    *indexer
	runs       *lastrun.Reader
	unreadable sync.Map // what was logged of files that can't be judged, by path
	views      *views
	calm       *calm // until the client's next message
	typing     *calm // until a document changes
}

func newSession(ctx context.Context, stream jsonrpc2.Stream, opts Options) *session {
	s := &session{opts: opts, ctx: ctx, left: make(chan struct{}), methods: map[string]method{}, commands: map[string]command{}}
	s.leave = sync.OnceFunc(func() { close(s.left) })
	s.conn = jsonrpc2.NewConn(forgiving{stream}, jsonrpc2.WithCodec(codec{}))
	s.client = protocol.ClientDispatcher(s.conn)
	s.phase.Store(int32(before))
	s.start(position.UTF16, nil, true)
	s.features = features()
	for _, f := range s.features {
		for _, m := range f.methods {
			s.methods[m.name] = m
		}
		for _, c := range f.commands {
			s.commands[c.name] = c
		}
	}
	s.calm, s.typing = newCalm(ctx, opts), newCalm(ctx, opts)
	s.publisher = newPublisher(s)
	s.indexer = newIndexer(s)
	s.views = &views{shown: map[view][]byte{}}
	s.runs = lastrun.NewReader(lastrun.Options{Now: opts.Now, Env: opts.Env})
	return s
}

// start begins with nothing open. In a workspace that is not trusted, what would run the go tool is not done.
func (s *session) start(encoding position.Encoding, roots []string, trusted bool) {
	s.files.Store(snapshot.NewStore(snapshot.Options{
		Encoding: encoding, Roots: roots, ReadFile: s.opts.ReadFile, ReadDir: s.opts.ReadDir,
		Go: snapshot.Go{Off: !trusted, Env: s.opts.GoEnv},
	}))
}

func (s *session) store() *snapshot.Store { return s.files.Load() }

// spawn runs work beside the conversation. It must end when the context does.
func (s *session) spawn(work func(ctx context.Context)) {
	if s.ctx.Err() != nil {
		return
	}
	s.background.Go(func() {
		defer s.rescue("background work", nil)
		work(s.ctx)
	})
}

// codec writes and reads the protocol's types.
type codec struct{}

func (codec) Marshal(v any) ([]byte, error) {
	switch raw := v.(type) {
	case jsonrpc2.RawMessage:
		if raw != nil {
			return raw, nil
		}
		v = nil
	}
	return protocol.Marshal(v)
}

func (codec) Unmarshal(data []byte, v any) error {
	if raw, ok := v.(*jsonrpc2.RawMessage); ok {
		*raw = append(jsonrpc2.RawMessage(nil), data...)
		return nil
	}
	return protocol.Unmarshal(data, v)
}
