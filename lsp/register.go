package lsp

import (
	"context"

	"go.lsp.dev/protocol"
)

// watched are the files whose changes matter though no editor has them open.
var watched = [...]string{"**/*.py", "**/*.go", "**/go.{mod,sum,work}", "**/*.{json,yaml,yml,toml}", "**/.metaflow/*/latest_run", "**/.metaflow/*/*/_spindle/state.json"}

// register asks the client to tell what it only tells on request, and for the settings.
func (s *session) register(ctx context.Context) {
	var list []protocol.Registration
	if s.caps.watchFiles {
		options := protocol.DidChangeWatchedFilesRegistrationOptions{}
		for _, pattern := range watched {
			options.Watchers = append(options.Watchers, protocol.FileSystemWatcher{GlobPattern: protocol.Pattern(pattern)})
		}
		list = append(list, registration(protocol.MethodWorkspaceDidChangeWatchedFiles, &options))
	}
	if s.caps.configurationChange {
		options := protocol.DidChangeConfigurationRegistrationOptions{Section: protocol.String("spindle")}
		list = append(list, registration(protocol.MethodWorkspaceDidChangeConfiguration, &options))
	}
	if len(list) > 0 {
		if err := s.client.RegisterCapability(ctx, &protocol.RegistrationParams{Registrations: list}); err != nil && ctx.Err() == nil {
			s.logf(protocol.MessageTypeWarning, "changes of files that are not open go unnoticed: %v", err)
		}
	}
	s.fetchSettings(ctx)
	s.survey(ctx)
}

func registration(method string, options any) protocol.Registration {
	raw, err := protocol.Marshal(options)
	if err != nil {
		raw = []byte("null")
	}
	return protocol.Registration{ID: "spindle:" + method, Method: method, RegisterOptions: raw}
}
