package main

import (
	"bytes"
	"context"
	"fmt"
	"os/exec"
	"time"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/run"
)

// hookGrace is how long the output of an exit hook stays open for processes it has left behind.
const hookGrace = 2 * time.Second

// hooks calls the flow's exit hooks, one after the other, and shows what they print. What goes wrong in one is said and changes neither the
// run's outcome nor that the others are called. They run after an interruption as well: ctx of the run may have been cancelled.
func (l *launch) hooks(env []string, show func([]byte)) func(context.Context, run.Summary) {
	python, ok := l.program.(*workspace.Python)
	if !ok {
		return nil // other languages have none
	}
	return func(ctx context.Context, s run.Summary) {
		names := l.description.ExitHooks.OnError
		if s.State == run.StateDone {
			names = l.description.ExitHooks.OnSuccess
		}
		for _, name := range names {
			output, err := l.hook(context.WithoutCancel(ctx), python, env, name, s.Flow+"/"+s.Run)
			if output = bytes.TrimSpace(output); len(output) > 0 {
				show(append(output, '\n'))
			}
			if err != nil {
				show(fmt.Appendf(nil, "[exit_hook] hook %q failed: %v\n", name, err))
			}
		}
	}
}

// hook calls one of them in a process of its own. It stays in our process group: Ctrl-C at a terminal ends it too.
func (l *launch) hook(ctx context.Context, python *workspace.Python, env []string, name, pathspec string) ([]byte, error) {
	program := python.Module("spindle.exit_hook", l.description.File, name, pathspec)
	cmd := exec.CommandContext(ctx, program.Argv[0], program.Argv[1:]...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = program.Dir, append(program.Env, env...), hookGrace
	return cmd.CombinedOutput()
}
