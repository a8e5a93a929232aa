package lsp

import "go.lsp.dev/jsonrpc2"

// phase is a stage in the life of a session.
type phase int

const (
	running      phase = iota // between initialize and shutdown; the zero value, as nearly all methods belong here
	before                    // nothing was said yet
	down                      // shutdown was asked for
	anyPhase                  // for a method: always
	beforeAndRun              // for a method: always but after shutdown
)

// refusal is the error for a method that is called at the wrong time, nil for the right one.
func (m method) refusal(now phase) error {
	switch {
	case m.phase == anyPhase, m.phase == now, m.phase == beforeAndRun && now != down:
		return nil
	case now == before:
		return jsonrpc2.Errorf(jsonrpc2.ServerNotInitialized, "%s before initialize", m.name)
	case now == down:
		return jsonrpc2.Errorf(jsonrpc2.InvalidRequest, "%s after shutdown", m.name)
	}
	return jsonrpc2.Errorf(jsonrpc2.InvalidRequest, "%s comes a second time", m.name)
}
