//go:build unix && !linux

package warm

import (
	"context"
	"errors"
	"os"

	"github.com/spindle-flow/spindle/engine/worker"
)

// Possible says whether there can be keepers here.
const Possible = false

var errNone = errors.New("warm workers need Linux: elsewhere tasks can not be forked")

// Launch has the keeper fork a worker.
func (p Place) Launch(context.Context, Session, *os.File, *os.File, *os.File) (worker.Launched, error) {
	return worker.Launched{}, errNone
}

func (p Place) ask(context.Context, any) (reply, error) { return reply{}, errNone }
