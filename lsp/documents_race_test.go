//go:build race

package lsp_test

// manyDocuments is fewer than the thousand that the issue speaks of: the race detector's memory is not ours.
const manyDocuments = 100
