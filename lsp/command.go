package lsp

import (
	"context"

	"go.lsp.dev/jsonrpc2"
	"go.lsp.dev/protocol"
)

// command is a name that workspace/executeCommand takes.
type command struct {
	name string
	run  func(ctx context.Context, r *request, args []protocol.LSPAny) (any, error)
}

// commandsFeature runs the commands of all features.
func commandsFeature() feature {
	return feature{
		methods: []method{asks(protocol.MethodWorkspaceExecuteCommand, executeCommand)},
		announce: func(s *session, c *protocol.ServerCapabilities) {
			for _, f := range s.features {
				for _, cmd := range f.commands {
					c.ExecuteCommandProvider.Commands = append(c.ExecuteCommandProvider.Commands, cmd.name)
				}
			}
		},
	}
}

func executeCommand(ctx context.Context, r *request, p *protocol.ExecuteCommandParams) (any, error) {
	c, ok := r.commands[p.Command]
	if !ok {
		return nil, jsonrpc2.Errorf(jsonrpc2.InvalidParams, "there is no command %q", p.Command)
	}
	return c.run(ctx, r, p.Arguments)
}
