package lsp

// features lists all that the server can do, a line each.
func features() []feature {
	return []feature{
		lifecycle(),
		tracing(),
		documents(),
		folders(),
		configuration(),
		diagnosticsFeature(),
		graphFeature(),
		lenses(),
		codeActions(),
		commandsFeature(),
		definition(),
		references(),
		highlight(),
		renaming(),
		symbols(),
		folding(),
		hierarchy(),
		inlayHints(),
		semanticTokens(),
		hover(),
		completion(),
	}
}
