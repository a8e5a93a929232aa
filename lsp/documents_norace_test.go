//go:build !race

package lsp_test

// manyDocuments are opened, edited and closed.
const manyDocuments = 1000
