package kernel

import (
	"errors"

	"github.com/spindle-flow/spindle/kernel/python"
)

// tell answers a question of the Python process.
func (s *server) tell(q python.Asked) {
	if s.opts.Asked == nil {
		q.Tell(nil, errors.New("nothing here answers that"))
		return
	}
	q.Tell(s.opts.Asked(s.python.ctx, q.Question))
}
