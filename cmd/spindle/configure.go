package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/settings"
	"github.com/spindle-flow/spindle/engine/account"
)

// asked is a setting that configure knows by an option, and asks for.
type asked struct {
	option, variable, question string
	// implies is a choice that follows from the setting: where nothing else was said, values go to S3 once it is known where.
	implies, choice string
	secret          bool
}

var askedFor = []asked{
	{"s3-root", account.RootVariable, "values in S3, `s3://bucket/prefix`", "METAFLOW_DEFAULT_DATASTORE", "s3", false},
	{"s3-endpoint", "METAFLOW_S3_ENDPOINT_URL", "`URL` of a server that speaks S3 and is not AWS", "", "", false},
	{"queue", account.QueueVariable, "Batch `QUEUE` that jobs go to", "", "", false},
	{"job-role", account.JobRoleVariable, "`ARN` of the role with which jobs reach their values", "", "", false},
	{"execution-role", account.ExecutionRoleVariable, "`ARN` of the role that starts jobs on Fargate", "", "", false},
	{"image", "METAFLOW_DEFAULT_CONTAINER_IMAGE", "container `IMAGE` of jobs", "", "", false},
	{"service", account.ServiceVariable, "`URL` of the team's metadata service", "METAFLOW_DEFAULT_METADATA", "service", false},
	{"service-key", "METAFLOW_SERVICE_AUTH_KEY", "`KEY` for the service", "", "", true},
}

type configureOptions struct {
	profile    string
	values     map[string]*string // by option
	set, unset []string
	check      bool // change nothing
	noCheck    bool
}

func newConfigure(a *app) *cobra.Command {
	o := &configureOptions{values: map[string]*string{}}
	cmd := &cobra.Command{
		Use: "configure", Short: "Write down where values, jobs and metadata go, and check that they can", GroupID: groupMore,
		Long: text(`Write down in the user's profile where values, jobs and metadata go, then check each against the account, one line apiece. Settings
are given as options; without any, a terminal is asked for each. An empty value removes one. The profile is a file in ~/.metaflowconfig (METAFLOW_HOME) that the
real metaflow reads as well; a named one counts when METAFLOW_PROFILE says so. The exit code is 1 when a check fails: what was written stays.`),
		Example: `  spindle configure
  spindle configure --s3-root s3://team-flows/prod --queue ml-spot --job-role arn:aws:iam::123456789012:role/flows
  spindle configure --profile staging --service https://metadata.staging.example.com
  spindle configure --set METAFLOW_S3_WORKER_COUNT=32
  spindle configure --check --json`,
		Args: arguments(0, 0, ""),
		RunE: func(cmd *cobra.Command, _ []string) error { return a.configure(cmd, o) },
	}
	flags := cmd.Flags()
	for _, s := range askedFor {
		o.values[s.option] = flags.String(s.option, "", s.question)
	}
	flags.StringVar(&o.profile, "profile", "", "write the profile of this `NAME` (default METAFLOW_PROFILE, or the one without a name)")
	flags.StringArrayVar(&o.set, "set", nil, "set another setting, `METAFLOW_NAME=VALUE`; may be given several times")
	flags.StringArrayVar(&o.unset, "unset", nil, "remove the setting `METAFLOW_NAME`; may be given several times")
	flags.BoolVar(&o.check, "check", false, "change nothing, only check what is set now")
	flags.BoolVar(&o.noCheck, "no-check", false, "do not check")
	a.bindJSON(cmd)
	return cmd
}

func (a *app) configure(cmd *cobra.Command, o *configureOptions) error {
	if o.profile == "" {
		o.profile, _ = a.ws.LookupEnv("METAFLOW_PROFILE")
	}
	given, err := o.given(cmd)
	if err != nil {
		return err
	}
	if o.check {
		if len(given) > 0 || o.noCheck {
			return &fault.Usage{Message: "--check changes nothing: give it alone", Command: cmd.CommandPath()}
		}
		return a.checkAccount(cmd.Context(), o, nil)
	}
	profile, err := settings.OpenProfile(a.ws.Sources(), o.profile)
	if err != nil {
		return fault.WithHint(err, "mend or remove the file, then try again")
	}
	if len(given) == 0 {
		if given, err = a.askSettings(cmd.Context(), profile); err != nil {
			return err
		}
	}
	changed, err := changeProfile(profile, given)
	if err != nil {
		return err
	}
	if len(changed) > 0 {
		if err := profile.Save(); err != nil {
			return err
		}
	}
	a.sayChanged(profile, changed)
	if o.noCheck {
		return a.report(configureJSON{Profile: profile.Path, Changed: changed, Findings: []findingJSON{}})
	}
	return a.checkAccount(cmd.Context(), o, changed)
}

// given are the settings of the command line by variable, those that others imply included.
func (o *configureOptions) given(cmd *cobra.Command) (map[string]string, error) {
	given := map[string]string{}
	for _, s := range askedFor {
		if cmd.Flags().Changed(s.option) {
			s.give(given, *o.values[s.option])
		}
	}
	for _, text := range o.set {
		name, value, ok := strings.Cut(text, "=")
		if !ok || !strings.HasPrefix(name, "METAFLOW_") {
			return nil, &fault.Usage{Message: fmt.Sprintf("--set %q is not METAFLOW_NAME=VALUE", text), Command: cmd.CommandPath()}
		}
		given[name] = value
	}
	for _, name := range o.unset {
		if !strings.HasPrefix(name, "METAFLOW_") {
			return nil, &fault.Usage{Message: fmt.Sprintf("--unset %q is not METAFLOW_NAME", name), Command: cmd.CommandPath()}
		}
		given[name] = ""
	}
	return given, nil
}

func (s asked) give(given map[string]string, value string) {
	given[s.variable] = value
	if s.implies == "" {
		return
	}
	if value != "" {
		given[s.implies] = s.choice
	} else {
		given[s.implies] = ""
	}
}

// askSettings asks at the terminal, for each setting on a line of its own.
func (a *app) askSettings(ctx context.Context, profile *settings.Profile) (map[string]string, error) {
	in, ok := a.io.In.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) || a.json {
		return nil, &fault.Usage{Message: "nothing to write down, and no terminal to ask at: give settings as options, or --check", Command: "spindle configure"}
	}
	fmt.Fprintf(a.io.Err, "Settings of %s. Enter keeps what is in brackets, - removes it.\n", profile.Path)
	a.keepEcho(in)
	given := map[string]string{}
	lines := bufio.NewReader(in)
	for _, s := range askedFor {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		now := profile.Get(s.variable)
		shown := now
		if s.secret && now != "" {
			shown = "set"
		}
		fmt.Fprintf(a.io.Err, "  %s [%s]: ", strings.ReplaceAll(s.question, "`", ""), a.io.ErrPalette().Bold(shown))
		answer, err := readAnswer(in, lines, s.secret)
		if s.secret {
			fmt.Fprintln(a.io.Err)
		}
		if err != nil {
			return nil, fmt.Errorf("nothing was written: %w", err)
		}
		switch answer = strings.TrimSpace(answer); answer {
		case "", now:
		case "-":
			s.give(given, "")
		default:
			s.give(given, answer)
		}
	}
	return given, nil
}

// keepEcho makes sure that a terminal shows what is typed again when an interrupt ends the typing of a secret.
func (a *app) keepEcho(in *os.File) {
	state, err := term.GetState(int(in.Fd()))
	if err != nil {
		return
	}
	a.atExit = append(a.atExit, func() { _ = term.Restore(int(in.Fd()), state) })
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt)
	go func() {
		<-signals
		a.exit(int(a.fail(&fault.Signal{Signal: syscall.SIGINT})))
	}()
}

// readAnswer reads one line, without showing it where it is a secret.
func readAnswer(in *os.File, lines *bufio.Reader, secret bool) (string, error) {
	if secret && lines.Buffered() == 0 {
		answer, err := term.ReadPassword(int(in.Fd()))
		return string(answer), err
	}
	return lines.ReadString('\n')
}

// changeProfile sets what was given, and says which variables that changed.
func changeProfile(p *settings.Profile, given map[string]string) (changed []string, err error) {
	for name, value := range given {
		did, err := p.Set(name, value)
		if err != nil {
			return nil, fmt.Errorf("set %s: %w", name, err)
		}
		if did {
			changed = append(changed, name)
		}
	}
	slices.Sort(changed)
	return changed, nil
}

func (a *app) sayChanged(p *settings.Profile, changed []string) {
	if len(changed) == 0 {
		a.say("%s stays as it was", p.Path)
		return
	}
	a.say("%s was written:", p.Path)
	for _, name := range changed {
		value := p.Get(name)
		switch {
		case value == "":
			value = "removed"
		case slices.ContainsFunc(askedFor, func(s asked) bool { return s.secret && s.variable == name }):
			value = "set"
		}
		a.say("    %s %s", name, value)
		if env, ok := a.ws.LookupEnv(name); ok && env != p.Get(name) {
			a.say("    %s %s is set in the environment, which counts for more", a.io.ErrPalette().Yellow("Note:"), name)
		}
	}
}

var errAccount = errors.New("a check failed")
