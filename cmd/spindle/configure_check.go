package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/streams"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/account"
)

type configureJSON struct {
	Profile  string        `json:"profile"` // the file that was written; empty with --check
	Changed  []string      `json:"changed"` // variables
	Findings []findingJSON `json:"findings"`
}

type findingJSON struct {
	What    string `json:"what"`
	Setting string `json:"setting"` // the variable, empty for none
	Value   string `json:"value"`
	Origin  string `json:"origin"` // environment, or the file it is from; empty where it is not set
	State   string `json:"state"`  // ok, wrong, missing or unknown
	Text    string `json:"text"`
	Remedy  string `json:"remedy"`
}

// checkAccount checks what is set now, as a run would find it.
func (a *app) checkAccount(ctx context.Context, o *configureOptions, changed []string) error {
	ws := a.ws.With(a.top)
	lookup := ws.LookupEnv
	ws.LookupEnv = func(name string) (string, bool) {
		if name == "METAFLOW_PROFILE" && o.profile != "" {
			return o.profile, true
		}
		return lookup(name)
	}
	if a.io.ErrTTY {
		a.say("Checking...") // an account that does not answer takes seconds to give up on
	}
	found, err := a.examineAccount(ctx, ws, true)
	if err != nil {
		return err
	}
	out := configureJSON{Changed: changed, Findings: found}
	if out.Changed == nil {
		out.Changed = []string{}
	}
	return a.report(out)
}

// examineAccount checks what these surroundings' settings name, the metadata service where that is wanted.
func (a *app) examineAccount(ctx context.Context, ws *workspace.Workspace, withService bool) ([]findingJSON, error) {
	settings, err := ws.Settings()
	if err != nil {
		return []findingJSON{}, err
	}
	cfg := account.Config{
		Root: ws.Env(account.RootVariable), Endpoint: ws.Env("METAFLOW_S3_ENDPOINT_URL"), Queue: ws.Env(account.QueueVariable),
		JobRole: ws.Env(account.JobRoleVariable), ExecutionRole: ws.Env(account.ExecutionRoleVariable),
		Nonce: strconv.FormatInt(ws.Now().UnixNano(), 36),
	}
	if cfg.Root != "" {
		if cfg.Objects, err = ws.Objects(); err != nil {
			return []findingJSON{}, err
		}
	}
	if withService {
		cfg.ServiceURL, cfg.Service = ws.Env(account.ServiceVariable), ws.CheckService
	}
	found := []findingJSON{}
	for _, f := range account.Check(ctx, cfg) {
		_, origin, _ := settings.Lookup(f.Setting)
		found = append(found, findingJSON{f.What, f.Setting, f.Value, origin, string(f.State), f.Text, f.Remedy})
	}
	return found, nil
}

// report shows what was found; the exit code tells whether all of it will do.
func (a *app) report(out configureJSON) error {
	if a.json {
		report.WriteJSON(a.io.Out, out)
	} else {
		for _, f := range out.Findings {
			a.printFinding(f)
		}
		if len(out.Findings) == 0 && len(out.Changed) == 0 {
			a.say("nothing beyond this machine is set: `spindle configure --help`")
		}
	}
	if slices.ContainsFunc(out.Findings, findingJSON.fails) {
		return &fault.Reported{Err: errAccount}
	}
	return nil
}

func (f findingJSON) fails() bool {
	return f.State == string(account.Wrong) || f.State == string(account.Missing)
}

// inTheWay says whether runs need what was found without being told so.
func (a *app) inTheWay(f findingJSON) bool {
	return f.Setting == account.RootVariable && a.top.Datastore == "s3"
}

func (a *app) printFinding(f findingJSON) {
	p := a.io.OutPalette()
	fmt.Fprintf(a.io.Out, "%s %s: %s\n", mark(p, f.State), p.Bold(f.What+suffixed(f.Value)), f.Text)
	if f.Remedy == "" {
		return
	}
	way := f.Remedy
	if f.Setting != "" {
		way = f.Setting + suffixed(f.Origin) + ": " + way
	}
	fmt.Fprintf(a.io.Out, "        %s\n", way)
}

func suffixed(value string) string {
	if value == "" {
		return ""
	}
	return " (" + value + ")"
}

// mark is a state in a word of fixed width.
func mark(p streams.Palette, state string) string {
	switch account.State(state) {
	case account.OK:
		return p.Green("ok     ")
	case account.Unknown:
		return p.Yellow("unknown")
	}
	return p.Red(fmt.Sprintf("%-7s", state))
}
