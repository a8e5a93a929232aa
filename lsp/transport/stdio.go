// Package transport makes streams of messages out of what editors connect by: standard input and output, and WebSockets of editors that
// run in a browser.
package transport

import (
	"errors"
	"io"

	"go.lsp.dev/jsonrpc2"
)

// Stdio is a stream over a pair of files. Closing it ends reading at once, also where the file itself can't be made to.
func Stdio(in io.Reader, out io.Writer) jsonrpc2.Stream {
	r, w := io.Pipe()
	go func() {
		_, err := io.Copy(w, in)
		w.CloseWithError(errors.Join(err, io.EOF))
	}()
	return jsonrpc2.NewHeaderStream(&pair{r, out})
}

type pair struct {
	*io.PipeReader
	out io.Writer
}

func (p *pair) Write(data []byte) (int, error) { return p.out.Write(data) }
