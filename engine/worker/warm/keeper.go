package warm

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"

	"github.com/spindle-flow/spindle/engine/worker"
)

// Surroundings are what a keeper and those who come to it must have in common, and what a session gets of its own.
type Surroundings struct {
	env []string
	dir string
	key string
}

// SurroundingsOf are those of the processes of a flow with an environment and a working directory. Programs are files that make another keeper when
// they change: the interpreter, the engine.
func SurroundingsOf(env []string, dir string, programs []string) Surroundings {
	return Surroundings{env, dir, keyOf(env, programs)}
}

// Session is a wish for a worker that has imported a flow.
type Session struct {
	Surroundings
	Flow worker.DescribeRequest
	// Cells says that cells of a notebook change the flow's class: what is kept for the next spin is the file up to there.
	Cells bool
}

type sessionMessage struct {
	Type     string             `json:"type"`
	Key      string             `json:"key"`
	Cwd      string             `json:"cwd"`
	Volatile map[string]*string `json:"volatile"`
	Cells    bool               `json:"cells,omitempty"`
	worker.DescribeRequest
}

func (s Session) message(kind string) sessionMessage {
	return sessionMessage{kind, s.key, s.dir, volatileOf(s.env), s.Cells, s.Flow}
}

type reply struct {
	Type   string   `json:"type"`
	PID    int      `json:"pid"`
	Code   int      `json:"code"`
	Signal int      `json:"signal"`
	MaxRSS int64    `json:"max_rss_kb"`
	Flows  []string `json:"flows"`
	Begun  []string `json:"begun"`
	Base   bool     `json:"base"`
	Left   int      `json:"seconds_left"`
}

var errNotOurs = errors.New("the keeper is another's")

func accept(theirs, ours int) error {
	if theirs != ours {
		return fmt.Errorf("the keeper is of user %d", theirs)
	}
	return nil
}

type order struct {
	Socket string         `json:"socket"`
	Folder string         `json:"folder"`
	Key    string         `json:"key"`
	Idle   float64        `json:"idle"`
	First  sessionMessage `json:"first"`
}

// Start starts a keeper that imports the flow of the session for the next one, and leaves it to itself: it has no terminal, no streams and
// no parent. Where there is one already the new one ends. program is the interpreter.
func (p Place) Start(program string, s Session, idle time.Duration) error {
	first := s.message("session")
	text, err := json.Marshal(order{p.Socket, p.Folder, first.Key, idle.Seconds(), first})
	if err != nil {
		return fmt.Errorf("start a keeper: %w", err)
	}
	in, err := os.CreateTemp("", "spindle-warm-")
	if err != nil {
		return fmt.Errorf("start a keeper: %w", err)
	}
	defer in.Close()
	_ = os.Remove(in.Name()) // the keeper has it open
	if _, err := in.WriteAt(text, 0); err != nil {
		return fmt.Errorf("start a keeper: %w", err)
	}
	cmd := exec.Command(program, "-m", "spindle.worker.warm.keeper")
	cmd.Env, cmd.Dir, cmd.Stdin = s.env, s.dir, in
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start a keeper: %w", err)
	}
	go func() { _ = cmd.Wait() }() // for a command that lives longer: nobody else would bury it
	return nil
}

// Status is what a keeper says of itself.
type Status struct {
	PID   int
	Flows []string // files of the flows it has imported, or begun to
	Begun []string // those it has executed up to the flow's class
	Base  bool     // it has imported their libraries for flows that change
	Left  time.Duration
}

// Status asks the keeper; an error means that there is none.
func (p Place) Status(ctx context.Context) (Status, error) {
	r, err := p.ask(ctx, map[string]string{"type": "status"})
	return Status{r.PID, r.Flows, r.Begun, r.Base, time.Duration(r.Left) * time.Second}, err
}

// Prepare has the keeper execute the flow's file up to its class, if that is not done, for sessions with Cells. An error means that there is no
// keeper, or that it was another's and has ended.
func (p Place) Prepare(ctx context.Context, s Session) error {
	r, err := p.ask(ctx, s.message("prepare"))
	if err == nil && r.Type != "prepared" {
		err = errNotOurs
	}
	return err
}

// Stop ends the keeper and all it has imported; spins on their way are not disturbed. An error means that there is none.
func (p Place) Stop(ctx context.Context) (pid int, err error) {
	r, err := p.ask(ctx, map[string]string{"type": "stop"})
	return r.PID, err
}
