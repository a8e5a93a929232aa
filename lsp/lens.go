package lsp

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"go.lsp.dev/protocol"
	"go.lsp.dev/uri"

	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/history"
	"github.com/spindle-flow/spindle/engine/lint/files"
	"github.com/spindle-flow/spindle/lsp/lastrun"
	"github.com/spindle-flow/spindle/lsp/snapshot"
)

// The commands of lenses. An editor that can open a terminal names its own in the initialization options.
const (
	commandRun  = "spindle.run"
	commandSpin = "spindle.spin"
)

// lenses stand above flows and steps: run it, spin it, how it went last.
func lenses() feature {
	return feature{
		methods: []method{asks(protocol.MethodTextDocumentCodeLens, codeLens)},
		announce: func(_ *session, c *protocol.ServerCapabilities) {
			c.CodeLensProvider = &protocol.CodeLensOptions{}
		},
		commands: []command{{commandRun, runCommand}, {commandSpin, spinCommand}},
	}
}

// lensCommands are the names that lenses call.
type lensCommands struct {
	Run  string `json:"run"`
	Spin string `json:"spin"`
	// SpinOn asks on what to spin; without it there is no such lens.
	SpinOn string `json:"spinOn"`
}

// readLensCommands takes them from the initialization options.
func readLensCommands(raw []byte) lensCommands {
	var o struct {
		Commands lensCommands `json:"commands"`
	}
	if json.Unmarshal(raw, &o) != nil || o.Commands.Run == "" {
		o.Commands.Run = commandRun
	}
	if o.Commands.Spin == "" {
		o.Commands.Spin = commandSpin
	}
	return o.Commands
}

// lensTarget is the last argument of a lens's command: what it is about.
type lensTarget struct {
	Flow string `json:"flow"`
	Step string `json:"step,omitempty"`
}

func codeLens(ctx context.Context, r *request, p *protocol.CodeLensParams) ([]protocol.CodeLens, error) {
	f, a, err := r.analysis(ctx, p.TextDocument.URI)
	if err != nil || a == nil {
		return nil, err
	}
	l := &lensWriter{r: r, file: f, many: map[graph.Range]int{}}
	for _, j := range a.Flows {
		for _, s := range j.Flow.Steps {
			l.many[s.NameRange]++
		}
	}
	for _, j := range a.Flows {
		if !j.Template {
			l.flow(ctx, j)
		}
	}
	return l.out, nil
}

type lensWriter struct {
	r    *request
	file *snapshot.File
	many map[graph.Range]int // how many flows have the step that stands there
	out  []protocol.CodeLens
}

func (l *lensWriter) flow(ctx context.Context, j files.Judged) {
	run := l.r.lastRun(ctx, l.file.Path, j.Flow.Name)
	if j.Flow.NameRange.File == l.file.Path {
		l.add(j.Flow.NameRange, "▶ Run", l.r.lens.Run, l.file.URI, lensTarget{Flow: j.Flow.Name})
		if run != nil {
			l.say(j.Flow.NameRange, l.runText(run))
		}
	}
	for _, s := range j.Flow.Steps {
		if s.NameRange.File != l.file.Path {
			continue
		}
		of := ""
		if l.many[s.NameRange] > 1 {
			of = " in " + j.Flow.Name
		}
		l.add(s.NameRange, "▶ Spin"+of, l.r.lens.Spin, l.file.URI, s.Name, lensTarget{Flow: j.Flow.Name, Step: s.Name})
		if l.r.lens.SpinOn != "" {
			l.add(s.NameRange, "Spin on…"+of, l.r.lens.SpinOn, l.file.URI, s.Name, lensTarget{Flow: j.Flow.Name, Step: s.Name})
		}
		if step := run.Step(s.Name); step != nil {
			l.say(s.NameRange, stepText(step)+of)
		}
	}
}

func (l *lensWriter) add(at graph.Range, title, command string, args ...any) {
	c := protocol.Command{Title: title, Command: command}
	for _, arg := range args {
		raw, err := json.Marshal(arg)
		if err != nil {
			return
		}
		c.Arguments = append(c.Arguments, raw)
	}
	l.out = append(l.out, protocol.CodeLens{Range: l.file.Map().Range(at), Command: c})
}

// say is a lens that nothing happens at.
func (l *lensWriter) say(at graph.Range, title string) {
	l.out = append(l.out, protocol.CodeLens{Range: l.file.Map().Range(at), Command: protocol.Command{Title: title}})
}

func (l *lensWriter) runText(run *lastrun.Run) string {
	text := fmt.Sprintf("last run %s", run.State)
	if run.Duration > 0 {
		text += took(run.State, run.Duration)
	}
	if ago := l.r.opts.Now().Sub(run.Started); !run.Started.IsZero() && ago > 0 {
		text += ", begun " + about(ago) + " ago"
	}
	return text
}

func stepText(s *lastrun.Step) string {
	text := string(s.State)
	if s.Duration > 0 {
		text += took(s.State, s.Duration)
	}
	if s.Tasks > 1 {
		text += fmt.Sprintf(" · %d of %d tasks", s.Done, s.Tasks)
	}
	return text
}

func took(state history.State, d time.Duration) string {
	word := " after "
	switch state {
	case history.Done:
		word = " in "
	case history.Running:
		word = " for "
	}
	return word + about(d)
}

// about is a duration as one says it.
func about(d time.Duration) string {
	switch {
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	case d < 10*time.Second:
		return fmt.Sprintf("%.1f s", d.Seconds())
	case d < 2*time.Minute:
		return fmt.Sprintf("%d s", int(d.Seconds()))
	case d < 2*time.Hour:
		return fmt.Sprintf("%d min", int(d.Minutes()))
	case d < 48*time.Hour:
		return fmt.Sprintf("%d h", int(d.Hours()))
	}
	return fmt.Sprintf("%d days", int(d.Hours()/24))
}

// runCommand says how to run a flow: the server runs nothing of the user's.
func runCommand(ctx context.Context, r *request, args []protocol.LSPAny) (any, error) {
	name, _, err := lensArguments(args)
	if err != nil {
		return nil, err
	}
	r.showf(ctx, "To run it, in a terminal: %s run %s", r.opts.Executable, name)
	return nil, nil
}

func spinCommand(ctx context.Context, r *request, args []protocol.LSPAny) (any, error) {
	name, target, err := lensArguments(args)
	if err != nil {
		return nil, err
	}
	r.showf(ctx, "To spin it, in a terminal: %s spin %s %s", r.opts.Executable, name, target.Step)
	return nil, nil
}

// lensArguments are the flow as a verb names it and what a lens is about.
func lensArguments(args []protocol.LSPAny) (flow string, target lensTarget, err error) {
	var u uri.URI
	if len(args) == 0 || json.Unmarshal(args[0], &u) != nil {
		return "", target, fmt.Errorf("the first argument must be the URI of a flow")
	}
	if json.Unmarshal(args[len(args)-1], &target) != nil {
		target = lensTarget{}
	}
	return flowWord(snapshot.PathOf(u), target.Flow), target, nil
}

// flowWord names a flow for a verb that is called in the folder of its file. Of a Go package that is the folder.
func flowWord(path, class string) string {
	word := filepath.Base(path)
	if strings.HasSuffix(path, ".go") {
		word = "."
	}
	if class != "" {
		word += ":" + class
	}
	return word
}

// showf tells the user something.
func (s *session) showf(ctx context.Context, format string, args ...any) {
	// A client that is gone has no user.
	_ = s.client.ShowMessage(ctx, &protocol.ShowMessageParams{Type: protocol.MessageTypeInfo, Message: fmt.Sprintf(format, args...)})
}
