// Package lsp is Spindle's language server: what is wrong with a flow while it is typed, and all that an editor can show of its graph.
//
// [Serve] speaks LSP 3.18 on one connection. A session is made of features, a file each: a feature names the methods it handles and what it
// announces to the client; methods.go lists them all. A handler is given the session and the [snapshot.Snapshot] that was current when its request
// came in, asks the core, and converts the answer to the protocol's types.
//
// Messages are taken in their order. Notifications are handled before the next message is read, so that a request sees every change that
// came before it; requests run beside one another and can be cancelled. A panic in one is an error of that request and the session goes on. The server says
// nothing about Python that is no flow, writes no file, and runs nothing of the user's. For flows in Go it asks the go tool what their packages are made of,
// unless the client says that the workspace is not trusted, and leaves to gopls what that answers.
package lsp
