// Package editor tests Spindle in real editors. The extension's unit tests run everywhere there is Node. With the tag e2e a real VS Code
// (code-server) in headless Chromium is driven with the packaged extension in it, as a user would: a broken flow, its squiggles, a quick fix, the
// graph beside the code, runs. What is clicked stands in vscode-ext/test/e2e; here the editor is built, started and ended. Neovim and Emacs are
// driven by scripts of their own.
package editor
