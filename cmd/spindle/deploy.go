package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path"
	"path/filepath"
	"sync"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/cmdline"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/deploying"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/interrupt"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/lintout"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/report"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/workspace"
	"github.com/spindle-flow/spindle/config"
	"github.com/spindle-flow/spindle/config/deploy"
	"github.com/spindle-flow/spindle/config/deploy/stepfunctions"
	"github.com/spindle-flow/spindle/config/deploy/wanted"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/lint"
)

// deployOptions are those of all verbs of deploy.
type deployOptions struct {
	env      string
	variants []string
}

func newDeploy(a *app) *cobra.Command {
	cmd := &cobra.Command{
		Use: "deploy", Short: "Put variants of flows on a scheduler", GroupID: groupPut,
		Long: text(`Put the variants that spindle.yaml names on a scheduler, and see what became of them. plan says what would change, without a network; apply does it.
Start with docs/deploy.`),
		Example: `  spindle deploy plan --env prod
  spindle deploy apply --env prod
  spindle deploy trigger us-east --env prod --param alpha=0.5`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return nil
			}
			err := error(&fault.Usage{Message: fmt.Sprintf("there is no command %q of deploy", args[0]), Command: cmd.CommandPath()})
			if near := cmdline.Nearest(args[0], verbs(cmd)); near != "" {
				return fault.WithHint(err, "did you mean `spindle deploy %s`?", near)
			}
			return err
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(
		newDeployPlan(a), newDeployApply(a), newDeployRender(a), newDeployStatus(a), newDeployTrigger(a), newDeployRuns(a), newDeployLogs(a),
		newDeployDestroy(a), newDeployUnlock(a),
	)
	return cmd
}

// bind adds --env, and --variant where several may be meant.
func (o *deployOptions) bind(cmd *cobra.Command, several bool) {
	cmd.Flags().StringVar(&o.env, "env", "", "the `ENVIRONMENT` of spindle.yaml; may be left out where there is only one")
	if several {
		cmd.Flags().StringArrayVar(&o.variants, "variant", nil, "only variants like this `PATTERN`, as in 'us-*'; may be given several times")
	}
}

// deployment is a project's environment with what its files want there.
type deployment struct {
	*app
	o       *deployOptions
	project *deploying.Project
	wanted  *wanted.Result
	base    *workspace.Workspace // surroundings of the environment
	book    *deploy.Book
	before  *deploy.Record // what the last plan was compared with

	mu   sync.Mutex
	open map[string]deploy.Target // guarded by mu
}

// deployment reads the project. What is wrong with its file as a whole ends it.
func (a *app) deployment(ctx context.Context, o *deployOptions) (*deployment, error) {
	project, err := deploying.Find(ctx, a.ws, o.env)
	if err != nil {
		return nil, err
	}
	d := &deployment{app: a, o: o, project: project, open: map[string]deploy.Target{}}
	if d.wanted, err = project.Wanted(ctx, d.naming); err != nil {
		return nil, err
	}
	if lint.HasErrors(d.wanted.Problems) {
		a.annotate(d.wanted.Problems)
		return nil, &report.Faults{Flow: config.FileName, Diagnostics: d.wanted.Problems}
	}
	return d, d.known()
}

// naming makes a target that is asked for names and documents only.
func (d *deployment) naming(kind string) (deploy.Target, error) { return d.target(kind, nil) }

// targets makes one that is talked to, once.
func (d *deployment) targets(kind string) (deploy.Target, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.open[kind] == nil {
		t, err := d.target(kind, d.base)
		if err != nil {
			return nil, err
		}
		d.open[kind] = t
	}
	return d.open[kind], nil
}

// online opens the environment's datastore.
func (d *deployment) online() (err error) {
	d.book, d.base, err = d.project.Book()
	return err
}

// elsewhere makes the surroundings those of an environment, if one is named.
func (a *app) elsewhere(ctx context.Context, env string) error {
	if env == "" {
		return nil
	}
	project, err := deploying.Find(ctx, a.ws, env)
	if err == nil {
		_, a.ws, err = project.Book()
	}
	return err
}

// known refuses patterns that no variant is like.
func (d *deployment) known() error {
	record, err := d.project.Record()
	if err != nil {
		return err
	}
	var names []string
	for _, w := range d.wanted.Wanted {
		names = append(names, w.Identity.Variant)
	}
	names = append(names, d.wanted.Left...)
	for _, v := range record.Variants {
		names = append(names, v.Identity.Variant)
	}
	for _, pattern := range d.o.variants {
		if _, err := path.Match(pattern, ""); err != nil {
			return fault.Usagef("--variant %q is no pattern: %v", pattern, err)
		}
		found := false
		for _, name := range names {
			found = found || like(name, pattern)
		}
		if !found {
			err := fault.Usagef("%s has no variant like %q", d.project, pattern)
			if near := cmdline.Nearest(pattern, names); near != "" {
				return fault.WithHint(err, "did you mean %s?", near)
			}
			return fault.WithHint(err, "`spindle deploy plan` lists them")
		}
	}
	return nil
}

func like(name, pattern string) bool {
	matched, _ := path.Match(pattern, name)
	return matched || name == pattern
}

// chosen says whether a variant is meant.
func (d *deployment) chosen(variant string) bool {
	for _, pattern := range d.o.variants {
		if like(variant, pattern) {
			return true
		}
	}
	return len(d.o.variants) == 0
}

// variant finds what is said of one of the wanted.
func (d *deployment) variant(w *deploy.Wanted) *config.Variant {
	for i := range d.wanted.Wanted {
		if d.wanted.Wanted[i] == w {
			return &d.wanted.Variants[i]
		}
	}
	return nil
}

// findings are what is wrong with the variants of a plan, and with the file.
func (d *deployment) findings(p *deploy.Plan) []lint.Diagnostic {
	found := append([]lint.Diagnostic{}, d.wanted.Problems...)
	for _, c := range p.Changes {
		if c.Wanted != nil {
			found = append(found, c.Wanted.Problems...)
		}
	}
	return config.Distinct(found)
}

// annotate shows findings beside the lines of a pull request, on GitHub.
func (a *app) annotate(found []lint.Diagnostic) {
	if on, _ := a.ws.LookupEnv("GITHUB_ACTIONS"); on != "true" {
		return
	}
	lintout.GitHub(a.io.Err, found, a.fromRepository)
}

// fromRepository is a file as GitHub names it.
func (a *app) fromRepository(file string) string {
	root, _ := a.ws.LookupEnv("GITHUB_WORKSPACE")
	if root == "" {
		root = a.ws.Dir
	}
	if rel, err := filepath.Rel(root, file); err == nil && filepath.IsLocal(rel) {
		return filepath.ToSlash(rel)
	}
	return file
}

// summarize adds Markdown to the file that was named, or to that of GitHub's job.
func (a *app) summarize(file, markdown string) error {
	if file == "" {
		if on, _ := a.ws.LookupEnv("GITHUB_ACTIONS"); on == "true" {
			file, _ = a.ws.LookupEnv("GITHUB_STEP_SUMMARY")
		}
	}
	if file == "" {
		return nil
	}
	f, err := os.OpenFile(a.ws.Abs(file), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o666)
	if err != nil {
		return fault.Usagef("--summary: %v", err)
	}
	_, err = f.WriteString(markdown + "\n")
	return errors.Join(err, f.Close())
}

// placeOf is where a setting was said, short.
func (a *app) placeOf(at graph.Range) string {
	if at.File == "" || at.Start.Line == 0 {
		return ""
	}
	return fmt.Sprintf("%s:%d", a.printer(a.io.OutPalette()).Path(at.File), at.Start.Line)
}

// interruptible ends a context with the first signal. stop must be called; told is the signal, nil for none.
func interruptible(ctx context.Context) (_ context.Context, told func() error, stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, interrupt.Signals()...)
	gone := make(chan struct{})
	go func() {
		select {
		case s := <-signals:
			sig, _ := s.(syscall.Signal)
			cancel(&fault.Signal{Signal: sig})
		case <-gone:
		}
	}()
	told = func() error {
		if s := (*fault.Signal)(nil); errors.As(context.Cause(ctx), &s) {
			return s
		}
		return nil
	}
	return ctx, told, func() { signal.Stop(signals); close(gone) }
}

// holder is who takes a lock.
func (a *app) holder(doing string) (deploy.Holder, error) {
	user, err := a.ws.User()
	if err != nil {
		return deploy.Holder{}, err
	}
	host, err := os.Hostname()
	if err != nil {
		host = "an unknown machine"
	}
	return deploy.Holder{Owner: user, Host: host, Doing: doing, Nonce: rand.Text()}, nil
}

// targetOf is the target of a kind in some surroundings; without them one that is not talked to.
func targetOf(kind string, ws *workspace.Workspace) (deploy.Target, error) {
	if kind != stepfunctions.Kind {
		return nil, fmt.Errorf("there is no deploying to %s yet: the only target is %s", kind, stepfunctions.Kind)
	}
	if ws == nil {
		return &stepfunctions.Target{}, nil
	}
	store, err := ws.Objects()
	if err != nil {
		return nil, err
	}
	t, err := stepfunctions.Open(context.Background(), stepfunctions.Connection{Region: ws.Region(), Role: ws.Env("METAFLOW_SFN_IAM_ROLE"), Store: store})
	if err != nil {
		return nil, fault.WithHint(err, "see ~/.aws/config, or the file that AWS_CONFIG_FILE names")
	}
	return t, nil
}
