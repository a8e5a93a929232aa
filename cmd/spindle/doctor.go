package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"runtime"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/table"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/version"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/metadata/service"
	"github.com/spindle-flow/spindle/engine/worker/gobinary"
)

type doctorJSON struct {
	Version       string   `json:"version"`
	Platform      string   `json:"platform"`
	Binary        string   `json:"binary"`
	Python        string   `json:"python"` // path of the interpreter, empty when none was found
	PythonVersion string   `json:"python_version"`
	PythonWhy     string   `json:"python_why"`
	PythonNotes   []string `json:"python_notes"`
	SDK           string   `json:"sdk"`
	Go            string   `json:"go"` // path of the go command, empty when none was found, and where nobody asked for a flow in Go
	GoVersion     string   `json:"go_version"`
	User          string   `json:"user"`
	Store         string   `json:"store"` // empty when there is none yet
	StoreWritable bool     `json:"store_writable"`
	Metadata      string   `json:"metadata"` // where runs are recorded: local@folder or service@address
	// Service is what a metadata service says of itself, null where metadata is kept here.
	Service  *serviceJSON `json:"service"`
	Settings []string     `json:"settings"` // configuration files that were read, the stronger first
	Problems []string     `json:"problems"`
	// Warm is the process that keeps flows of the folder imported between spins, null for none.
	Warm *warmJSON `json:"warm"`
	// Account is what was found of what the settings name beyond this machine; empty where they name nothing.
	Account []findingJSON `json:"account"`
}

type serviceJSON struct {
	URL     string `json:"url"`
	Answers bool   `json:"answers"`
	Version string `json:"version"` // empty where it does not say
}

type warmJSON struct {
	PID     int      `json:"pid"`
	Flows   []string `json:"flows"`
	Base    bool     `json:"base"` // libraries are kept for flows that change
	Seconds int      `json:"seconds_left"`
}

func newDoctor(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "doctor [FLOW]", Short: "Say which Python, store and user a flow gets, and why", GroupID: groupMore,
		Long: text(`Say what Spindle finds around it: which Python interpreter runs a flow and why that one, or which go command builds it, where the store is, who the user is, which
configuration files count; and whether what the settings name in the cloud is there. The exit code is 1 when something stands in the way of a run.`),
		Example: `  spindle doctor
  spindle doctor project/flow.py    for a flow in another folder
  spindle doctor ./train            for a flow in Go`,
		Args: arguments(0, 1, ""),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 {
				at := a.ws.Locate(args[0])
				return a.doctor(cmd.Context(), at.Dir(), at.Language.Name() == graph.Go)
			}
			return a.doctor(cmd.Context(), a.ws.Dir, false)
		},
	}
	a.bindJSON(cmd)
	return cmd
}

func (a *app) doctor(ctx context.Context, dir string, ofGo bool) error {
	d := doctorJSON{
		Version: version.Number, Platform: runtime.GOOS + "/" + runtime.GOARCH, Binary: a.ws.Executable,
		PythonNotes: []string{}, Settings: []string{}, Problems: []string{}, Account: []findingJSON{},
	}
	problem := func(what string, err error) {
		d.Problems = append(d.Problems, what+": "+err.Error())
	}
	if err := a.ws.Prepare(); err != nil {
		problem("settings", err)
	} else if s, err := a.ws.Settings(); err == nil {
		d.Settings = append(d.Settings, s.Files()...)
	}
	var err error
	if ofGo {
		if d.Go, d.GoVersion, err = gobinary.Tool(ctx, dir, a.ws.Environ); err != nil {
			problem("go", err)
		}
	} else {
		a.examinePython(ctx, dir, &d, problem)
		a.examineWarm(ctx, dir, &d)
	}
	if d.User, err = a.ws.User(); err != nil {
		problem("user", err)
	}
	a.examineStore(&d, problem)
	a.examineService(ctx, &d, problem)
	if d.Account, err = a.examineAccount(ctx, a.ws, d.Service == nil); err != nil {
		problem("account", err)
	}
	for _, f := range d.Account {
		if f.fails() && a.inTheWay(f) {
			problem(f.What, errors.New(f.Text))
		}
	}
	if a.json {
		report.WriteJSON(a.io.Out, d)
	} else {
		a.printDoctor(d, ofGo)
	}
	if len(d.Problems) > 0 {
		return &fault.Reported{Err: errors.New("something stands in the way of a run")}
	}
	return nil
}

func (a *app) examinePython(ctx context.Context, dir string, d *doctorJSON, problem func(string, error)) {
	found, err := a.ws.FindInterpreter(ctx, dir, a.top.Python)
	if err != nil {
		problem("python", err)
	} else {
		d.Python, d.PythonWhy = found.Path, found.Why
		d.PythonNotes = append(d.PythonNotes, found.Notes...)
		info, err := found.Probe(ctx, dir)
		if err == nil {
			d.PythonVersion = info.Version
			err = found.Accept(info.Version)
		}
		if err != nil {
			problem("python", err)
		}
	}
	if d.SDK, err = a.ws.UnpackSDK(); err != nil {
		problem("sdk", err)
	}
}

func (a *app) examineStore(d *doctorJSON, problem func(string, error)) {
	stores, err := a.ws.Open(workspace.Read, "")
	switch {
	case errors.Is(err, artifact.ErrNoRoot):
		return
	case err != nil:
		problem("store", err)
		return
	}
	defer stores.Close()
	d.Store, d.Metadata = stores.Root, stores.Metadata.String()
	f, err := os.CreateTemp(stores.Root, ".doctor-")
	switch {
	case errors.Is(err, os.ErrNotExist):
		return // the root is made by the first run
	case err != nil:
		problem("store", err)
		return
	}
	d.StoreWritable = true
	_ = f.Close()
	_ = os.Remove(f.Name())
}

// examineService asks the metadata service, where there is one, whether it answers and what it is.
func (a *app) examineService(ctx context.Context, d *doctorJSON, problem func(string, error)) {
	if a.top.Metadata != "service" {
		return
	}
	url := a.ws.Env(service.URLVariable)
	d.Metadata, d.Service = "service@"+url, &serviceJSON{URL: url}
	version, err := a.ws.CheckService(ctx)
	if err != nil {
		err = workspace.WithRemedy(err)
		if hint := fault.Hint(err); hint != "" {
			err = fmt.Errorf("%w; %s", err, hint)
		}
		problem("metadata", err)
		return
	}
	d.Service.Answers, d.Service.Version = true, version
}

func serviceText(s *serviceJSON) string {
	switch {
	case !s.Answers:
		return "does not answer as it should"
	case s.Version == "":
		return "answers; it does not say its version"
	}
	return "answers, version " + s.Version
}

// printLanguage says what runs the flow.
func (d *doctorJSON) printLanguage(row func(name, value, otherwise string), ofGo bool) {
	if ofGo {
		row("go", versioned(d.Go, d.GoVersion), "none found")
		return
	}
	row("python", versioned(d.Python, d.PythonVersion), "none found")
	row("", d.PythonWhy, "")
	for _, note := range d.PythonNotes {
		row("", "passed over: "+note, "")
	}
	row("sdk", d.SDK, "")
}

func versioned(path, version string) string {
	if version == "" {
		return path
	}
	return path + " (" + version + ")"
}

func (a *app) printDoctor(d doctorJSON, ofGo bool) {
	t := table.New("what", "is")
	row := func(name, value, otherwise string) {
		if value == "" {
			value = otherwise
		}
		t.Row(name, value)
	}
	row("spindle", d.Version+" ("+d.Platform+"), "+d.Binary, "")
	d.printLanguage(row, ofGo)
	row("user", d.User, "unknown")
	row("store", d.Store, "none yet; the first run makes .metaflow in the working folder")
	if d.Service != nil {
		row("metadata", d.Metadata, "")
		row("", serviceText(d.Service), "")
	}
	if !ofGo {
		row("warm", warmText(d.Warm), "nothing is kept in the background between spins")
	}
	for i, file := range d.Settings {
		name := ""
		if i == 0 {
			name = "settings"
		}
		row(name, file, "")
	}
	fmt.Fprint(a.io.Out, t.Aligned())
	for _, f := range d.Account {
		a.printFinding(f)
	}
	p := a.io.OutPalette()
	for _, problem := range d.Problems {
		fmt.Fprintf(a.io.Out, "%s %s\n", p.Red("problem:"), problem)
	}
}
