package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"go.lsp.dev/jsonrpc2"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/heap"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/linting"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/version"
	"github.com/spindle-flow/spindle/lsp"
	"github.com/spindle-flow/spindle/lsp/transport"
)

// editorHeap is what the heap may grow to before garbage is collected. An edit of 100 steps leaves less than a megabyte behind, and fifty flows
// are a dozen.
const editorHeap = 32 << 20

type lspOptions struct {
	socket  string
	origins []string
}

func newLSP(a *app) *cobra.Command {
	var opts lspOptions
	cmd := &cobra.Command{
		Use: "lsp", Short: "Serve editors (language server)", GroupID: groupMore,
		Long: text(`Serve an editor by the language server protocol: what is wrong with a flow while it is typed, and all there is to know of its graph. Editors start
this by themselves; docs/editors.md says how to set them up. It speaks on standard input and output, or on a WebSocket of this machine for editors
that run in a browser.`),
		Example: `  spindle lsp                               on standard input and output
  spindle lsp --websocket 127.0.0.1:7654    for an editor in a browser`,
		Args: arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := signal.NotifyContext(cmd.Context(), syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
			defer stop()
			if a.ws.Env("GOGC") == "" { // else somebody has chosen
				defer heap.KeepRoom(editorHeap)()
			}
			if opts.socket != "" {
				return a.serveSocket(ctx, opts)
			}
			return a.serveStdio(ctx)
		},
	}
	flags := cmd.Flags()
	flags.Bool("stdio", true, "speak on standard input and output; there is no other way without --websocket")
	flags.StringVar(&opts.socket, "websocket", "", "listen on `HOST:PORT` of this machine; the address to connect to, with a token, is printed to standard error")
	flags.StringArrayVar(&opts.origins, "origin", nil, "let pages of `URL` connect too; pages of this machine may")
	return cmd
}

func (a *app) lspServer() lsp.Options {
	return lsp.Options{
		Version:    version.Number,
		ReadFile:   linting.ReadFile,
		Log:        func(line string) { fmt.Fprintln(a.io.Err, line) },
		Alive:      processExists,
		Now:        a.ws.Now,
		Env:        a.ws.Env,
		GoEnv:      a.ws.Environ,
		Tidy:       debug.FreeOSMemory,
		Executable: a.ws.Executable,
	}
}

// processExists reports whether a process is there; one of another user is, too.
func processExists(pid int) bool { return !errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) }

func (a *app) serveStdio(ctx context.Context) error {
	return lsp.Serve(ctx, transport.Stdio(a.io.In, a.io.Out), a.lspServer())
}

func (a *app) serveSocket(ctx context.Context, opts lspOptions) error {
	host, _, err := net.SplitHostPort(opts.socket)
	if err != nil || !transport.IsLoopback(host) {
		return fault.Usagef("--websocket %s: it must be a port of this machine, as in 127.0.0.1:7654", opts.socket)
	}
	listener, err := net.Listen("tcp", opts.socket)
	if err != nil {
		return fmt.Errorf("listen for editors: %w", err)
	}
	gate := transport.Gate{Token: rand.Text(), Origins: opts.origins}
	server := &http.Server{
		ReadHeaderTimeout: 10 * time.Second,
		BaseContext:       func(net.Listener) context.Context { return ctx },
		Handler:           transport.Handler(gate, a.serveOne),
	}
	fmt.Fprintf(a.io.Err, "listening on ws://%s/%s\n", listener.Addr(), gate.Token)
	stop := context.AfterFunc(ctx, func() { _ = server.Close() })
	defer stop()
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve editors: %w", err)
	}
	return nil
}

// serveOne is the session of one connection. How it ends matters to nobody else.
func (a *app) serveOne(ctx context.Context, stream jsonrpc2.Stream) {
	opts := a.lspServer()
	opts.Alive = nil // a browser's process is not the client's
	if err := lsp.Serve(ctx, stream, opts); err != nil && !errors.Is(err, lsp.ErrNoShutdown) {
		opts.Log(err.Error())
	}
}
