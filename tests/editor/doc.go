// Package editor drives a real VS Code (code-server) in headless Chromium with the packaged extension in it, as a user would: a broken flow, its
// squiggles, a quick fix, the graph beside the code, runs. What is clicked stands in vscode-ext/test/e2e; here the editor is built, started and ended.
package editor
