package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/config/deploy/token"
	"github.com/spindle-flow/spindle/engine/worker"
)

type triggerOptions struct{ idFile, attributes string }

var triggerVerb = schedulerVerb{
	use: "trigger FLOW [--PARAMETER VALUE ...]", short: "Start a run",
	long: `Start a run of what is deployed. Parameters of the flow are options. Those that are not given have the values they were deployed with.`,
	example: `  spindle step-functions trigger flow.py
  spindle step-functions trigger flow.py --alpha 0.5 --run-id-file id.txt`,
	bind: func(s *scheduler, flags *pflag.FlagSet) {
		flags.StringVar(&s.trigger.idFile, "run-id-file", "", "write the run's id to this `FILE`")
		flags.StringVar(&s.trigger.attributes, "deployer-attribute-file", "", "write what the run is called to this file, as JSON")
		_ = flags.MarkHidden("deployer-attribute-file") // it was just defined
	},
	run: (*scheduler).doTrigger,
}

func (s *scheduler) doTrigger(ctx context.Context) error {
	if err := s.described(ctx, true, 0); err != nil {
		return err
	}
	const ours, common = "METAFLOW_STEP_FUNCTIONS_TRIGGER_", "METAFLOW_RUN_"
	problems := s.params.Finish(func(name string) (string, bool) {
		return s.ws.LookupEnv(ours + strings.TrimPrefix(name, common))
	})
	if len(problems) > 0 {
		return s.badParameters(problems)
	}
	run, err := s.target.Trigger(ctx, s.called.Machine, valuesOf(s.params.Values(), s.description.Parameters))
	if err != nil {
		return s.fault(err)
	}
	if err := s.noteRun(run); err != nil {
		return err
	}
	s.say("State machine %s was started on AWS Step Functions (run-id %s).", s.io.ErrPalette().Bold(s.called.Machine), s.io.ErrPalette().Bold(run))
	if ui := strings.TrimRight(s.ws.Env("METAFLOW_UI_URL"), "/"); ui != "" {
		s.say("See the run in the UI at %s/%s/%s", ui, s.description.Name, run)
	}
	return nil
}

// noteRun writes the files that scripts ask for.
func (s *scheduler) noteRun(run string) error {
	if file := s.trigger.idFile; file != "" {
		if err := os.WriteFile(s.ws.Abs(file), []byte(run), 0o666); err != nil {
			return fmt.Errorf("--run-id-file: %w", err)
		}
	}
	if file := s.trigger.attributes; file != "" {
		text, err := json.Marshal(map[string]string{
			"name": s.called.Machine, "metadata": s.metadataName(""), "pathspec": s.description.Name + "/" + run,
		})
		if err == nil {
			err = os.WriteFile(s.ws.Abs(file), text, 0o666)
		}
		if err != nil {
			return fmt.Errorf("--deployer-attribute-file: %w", err)
		}
	}
	return nil
}

// metadataName is where metadata is, as Metaflow writes it for other programs.
func (s *scheduler) metadataName(root string) string {
	if s.top.Metadata == "service" {
		return "service@" + s.ws.Env("METAFLOW_SERVICE_URL")
	}
	return "local@" + s.ws.Dir
}

// valuesOf are parameters as JSON: numbers and truth values as such, all else as text, which both Spindle's and Metaflow's containers read.
func valuesOf(given map[string][]string, parameters []worker.Parameter) map[string]json.RawMessage {
	out := map[string]json.RawMessage{}
	for _, p := range parameters {
		values, ok := given[p.Name]
		if !ok {
			continue
		}
		var list []json.RawMessage
		for _, v := range values {
			list = append(list, valueOf(v, p.Type))
		}
		if !p.Multiple {
			out[p.Name] = list[len(list)-1]
			continue
		}
		out[p.Name], _ = json.Marshal(list) // of JSON
	}
	return out
}

func valueOf(text, kind string) json.RawMessage {
	switch kind {
	case "int", "float", "bool":
		lower := strings.ToLower(text)
		if json.Valid([]byte(lower)) && !strings.HasPrefix(lower, `"`) {
			return json.RawMessage(lower)
		}
	}
	quoted, _ := json.Marshal(text) // a text always can be
	return quoted
}

type listOptions struct{ running, succeeded, failed, timedOut, aborted bool }

// stateNames are what Step Functions calls the states of a run.
var stateNames = map[deploy.State]string{
	deploy.Running: "RUNNING", deploy.Succeeded: "SUCCEEDED", deploy.Failed: "FAILED", deploy.TimedOut: "TIMED_OUT", deploy.Stopped: "ABORTED",
}

var listVerb = schedulerVerb{
	use: "list-runs FLOW", short: "List the runs of a flow on Step Functions",
	long: `List the runs of what is deployed, the newest first: all, or those in the states given.`,
	example: `  spindle step-functions list-runs flow.py
  spindle step-functions list-runs flow.py --failed --timed-out --json`,
	bind: func(s *scheduler, flags *pflag.FlagSet) {
		o := &s.list
		flags.BoolVar(&o.running, "running", false, "list runs that go on")
		flags.BoolVar(&o.succeeded, "succeeded", false, "list runs that have succeeded")
		flags.BoolVar(&o.failed, "failed", false, "list runs that have failed")
		flags.BoolVar(&o.timedOut, "timed-out", false, "list runs whose time was over")
		flags.BoolVar(&o.aborted, "aborted", false, "list runs that were ended")
		if s.launch != nil {
			s.bindJSONFlag(flags)
		} else {
			flags.Bool("json", false, "print JSON")
		}
	},
	run: (*scheduler).doList,
}

func (o listOptions) states() []deploy.State {
	var out []deploy.State
	for _, c := range []struct {
		given bool
		state deploy.State
	}{
		{o.running, deploy.Running}, {o.succeeded, deploy.Succeeded}, {o.failed, deploy.Failed}, {o.timedOut, deploy.TimedOut}, {o.aborted, deploy.Stopped},
	} {
		if c.given {
			out = append(out, c.state)
		}
	}
	return out
}

type schedulerRunsJSON struct {
	Machine string             `json:"machine"`
	Flow    string             `json:"flow"`
	Runs    []schedulerRunJSON `json:"runs"` // the newest first
}

type schedulerRunJSON struct {
	Run      string `json:"run"`
	State    string `json:"state"` // running, succeeded, failed, timed-out, stopped
	Started  string `json:"started"`
	Ended    string `json:"ended"`   // empty while it runs
	Failure  string `json:"failure"` // what Step Functions says of it
	Schedule bool   `json:"schedule"`
}

// mostRuns is how many runs are listed.
const mostRuns = 1000

func (s *scheduler) doList(ctx context.Context) error {
	if err := s.described(ctx, false, 0); err != nil {
		return err
	}
	states := s.list.states()
	runs, err := s.target.Runs(ctx, s.called.Machine, states, mostRuns)
	if err != nil {
		return s.fault(err)
	}
	if s.json {
		out := schedulerRunsJSON{Machine: s.called.Machine, Flow: s.description.Name, Runs: []schedulerRunJSON{}}
		for _, r := range runs {
			out.Runs = append(out.Runs, schedulerRunJSON{r.ID, string(r.State), stamp(r.Started), stamp(r.Ended), r.Failure, r.Schedule})
		}
		report.WriteJSON(s.io.Out, out)
		return nil
	}
	if len(runs) == 0 {
		var names []string
		for _, state := range states {
			names = append(names, stateNames[state])
		}
		s.say("There are no %sruns of %s on AWS Step Functions.", strings.Join(append(names, ""), " "), s.called.Machine)
		return nil
	}
	p := s.io.OutPalette()
	for _, r := range runs {
		stopped := ""
		if !r.Ended.IsZero() {
			stopped = "stoppedAt:'" + whole(r.Ended) + "' "
		}
		fmt.Fprintf(s.io.Out, "%s startedAt:'%s' %s%s\n", p.Bold(r.ID), whole(r.Started), stopped, p.Bold(stateNames[r.State]))
	}
	return nil
}

// whole is a time without fractions, as Metaflow prints it.
func whole(t time.Time) string { return t.Local().Format("2006-01-02 15:04:05-07:00") }

var terminateVerb = schedulerVerb{
	use: "terminate FLOW RUN", short: "End a run", long: `End a run that goes on; its jobs are ended as well. It needs the production token, where somebody else has deployed the flow.`,
	example: `  spindle step-functions terminate flow.py sfn-6b3f0f0e-8f58-4f0e-9d8c-9f2f1c8a5c11`, most: 1, bind: bindAuthorize, run: (*scheduler).doTerminate,
}

func bindAuthorize(s *scheduler, flags *pflag.FlagSet) {
	flags.StringVar(&s.auth, "authorize", "", "the production `TOKEN`, where somebody else has deployed the flow")
}

func (s *scheduler) doTerminate(ctx context.Context) error {
	if err := s.described(ctx, false, 1); err != nil {
		return err
	}
	if len(s.rest) == 0 {
		return &fault.Usage{Message: "missing argument: which run? `spindle step-functions list-runs " + s.spec + " --running` lists them", Command: s.commandPath()}
	}
	run := s.rest[0]
	if !strings.HasPrefix(run, "sfn-") {
		return fault.Usagef("%q is not the id of a run on AWS Step Functions: those begin with sfn-", run)
	}
	if _, _, err := s.authorize(ctx, "end its runs", "terminate"); err != nil {
		return err
	}
	running, err := s.target.Runs(ctx, s.called.Machine, []deploy.State{deploy.Running}, mostRuns)
	if err != nil {
		return s.fault(err)
	}
	if !slices.ContainsFunc(running, func(r deploy.Run) bool { return r.ID == run }) {
		return &fault.NotFound{Message: fmt.Sprintf("%s has no run %s that goes on", s.called.Machine, run)}
	}
	if err := s.target.Stop(ctx, s.called.Machine, run); err != nil {
		return s.fault(err)
	}
	s.say("Run %s of %s is ended.", s.io.ErrPalette().Bold(run), s.description.Name)
	return nil
}

var deleteVerb = schedulerVerb{
	use: "delete FLOW", short: "Remove what is deployed of a flow",
	long:    `Remove the state machine of a flow, and its schedule. Runs that go on are not ended. It needs the production token, where somebody else has deployed the flow.`,
	example: `  spindle step-functions delete flow.py`, bind: bindAuthorize, run: (*scheduler).doDelete,
}

func (s *scheduler) doDelete(ctx context.Context) error {
	if err := s.described(ctx, false, 0); err != nil {
		return err
	}
	owner, _, err := s.authorize(ctx, "delete it", "delete")
	if err != nil {
		return err
	}
	if owner == nil {
		return s.fault(&deploy.MissingError{Name: s.called.Machine})
	}
	deleted, err := s.target.Delete(ctx, s.called.Machine)
	if err != nil {
		return s.fault(err)
	}
	if err := token.Store(s.tokens(), s.called.Token, owner.Token); err != nil {
		return err
	}
	s.say("State machine %s is being deleted on AWS Step Functions.", s.io.ErrPalette().Bold(s.called.Machine))
	if deleted.Schedule {
		s.say("The rule of its schedule is deleted as well.")
	}
	s.say("Runs that go on are not ended: `spindle step-functions terminate` does that. Until the deletion is over, which may take a while, deploying it anew waits.")
	return nil
}
