package options_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/options"
)

func lookup(env map[string]string) options.Lookup {
	return func(name string) (string, string, bool) {
		v, ok := env[name]
		return v, "environment", ok
	}
}

func lookupEnv(env map[string]string) func(string) (string, bool) {
	return func(name string) (string, bool) {
		v, ok := env[name]
		return v, ok
	}
}

func TestTop(t *testing.T) {
	t.Parallel()
	tests := []struct {
		args  string
		env   map[string]string
		fails string
		quiet bool
	}{
		{args: ""},
		{args: "--quiet", quiet: true},
		{args: "--quiet --not-quiet"},
		{args: "", env: map[string]string{"METAFLOW_QUIET": "True"}, quiet: true},
		{args: "--datastore=local --metadata local --environment=local --event-logger nullSidecarLogger --monitor nullSidecarMonitor --no-pylint"},
		{args: "--datastore=s3"},
		{args: "--datastore-root s3://bucket/x", env: map[string]string{"METAFLOW_DATASTORE_ROOT": "elsewhere"}},
		{args: "--datastore=s3 --datastore-root dir", fails: "is not in S3"},
		{args: "--datastore=local --datastore-root s3://bucket/x", fails: "is in S3"},
		{args: "--datastore=gs", fails: `datastore "gs" from --datastore is not supported`},
		{args: "", env: map[string]string{"METAFLOW_DEFAULT_DATASTORE": "azure"}, fails: "METAFLOW_DEFAULT_DATASTORE (environment)"},
		{args: "--datastore local", env: map[string]string{"METAFLOW_DEFAULT_DATASTORE": "s3"}},
		{args: "--metadata pigeon", fails: `metadata "pigeon"`},
		{args: "--environment=conda", fails: `environment "conda"`},
		{args: "--mode spin", fails: `mode "spin"`},
		{args: "--isolation thread", fails: "auto, fork, spawn"},
		{args: "--isolation spawn"},
	}
	for _, tt := range tests {
		top, flags := options.NewTop(), pflag.NewFlagSet("", pflag.ContinueOnError)
		top.Bind(flags)
		if err := flags.Parse(strings.Fields(tt.args)); err != nil {
			t.Errorf("%q: %v", tt.args, err)
			continue
		}
		err := top.Fill(lookup(tt.env))
		switch {
		case tt.fails == "" && err != nil:
			t.Errorf("%q %v: %v", tt.args, tt.env, err)
		case tt.fails != "" && (err == nil || !strings.Contains(err.Error(), tt.fails)):
			t.Errorf("%q %v: %v, want %q", tt.args, tt.env, err, tt.fails)
		case tt.fails != "" && !errors.As(err, new(*fault.Usage)):
			t.Errorf("%q: %T is not a usage error", tt.args, err)
		case tt.fails == "" && top.Quiet != tt.quiet:
			t.Errorf("%q %v: quiet is %v", tt.args, tt.env, top.Quiet)
		}
	}
}

func TestDecoratorsOrder(t *testing.T) {
	t.Parallel()
	top := &options.Top{With: []string{"top"}}
	got := top.Decorators([]string{"command"}, lookup(map[string]string{"METAFLOW_DEFAULT_DECOSPECS": "retry catch:var=x"}))
	if diff := cmp.Diff([]string{"command", "top", "retry", "catch:var=x"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestRun(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, args string
		env        map[string]string
		want       options.Run
		view       string
		fails      string
	}{
		{name: "defaults", want: options.Run{MaxWorkers: 16, MaxNumSplits: 100, MaxLogSize: 10}, view: "user:ann"},
		{
			name: "given", args: "--tag a --tag b --max-workers 3 --max-num-splits=9 --max-log-size 1 --run-id-file f --namespace x",
			want: options.Run{Tags: []string{"a", "b"}, MaxWorkers: 3, MaxNumSplits: 9, MaxLogSize: 1, RunIDFile: "f", Namespace: "x"}, view: "x",
		},
		{
			name: "environment", args: "--max-workers 3",
			env: map[string]string{"METAFLOW_RUN_MAX_WORKERS": "5", "METAFLOW_RUN_MAX_NUM_SPLITS": "7", "METAFLOW_RUN_TAGS": "a b",
				"METAFLOW_RUN_USER_NAMESPACE": "n", "METAFLOW_RUN_RUN_ID_FILE": "id"},
			want: options.Run{Tags: []string{"a", "b"}, MaxWorkers: 3, MaxNumSplits: 7, MaxLogSize: 10, RunIDFile: "id", Namespace: "n"}, view: "n",
		},
		{name: "everything", args: "--namespace=", want: options.Run{MaxWorkers: 16, MaxNumSplits: 100, MaxLogSize: 10}, view: ""},
		{name: "zero", args: "--max-workers 0", fails: "less than 1"},
		{name: "bad environment", env: map[string]string{"METAFLOW_RUN_MAX_WORKERS": "many"}, fails: "not an integer"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			run, flags := options.NewRun(), pflag.NewFlagSet("", pflag.ContinueOnError)
			run.Bind(flags)
			if err := flags.Parse(strings.Fields(tt.args)); err != nil {
				t.Fatal(err)
			}
			err := run.Finish("run", flags, lookupEnv(tt.env))
			if tt.fails != "" {
				if err == nil || !strings.Contains(err.Error(), tt.fails) {
					t.Errorf("%v, want %q", err, tt.fails)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			view := ""
			if v := run.View("user:ann"); v != nil {
				view = *v
			}
			if view != tt.view {
				t.Errorf("view %q, want %q", view, tt.view)
			}
			got := options.Run{Tags: run.Tags, MaxWorkers: run.MaxWorkers, MaxNumSplits: run.MaxNumSplits, MaxLogSize: run.MaxLogSize,
				RunIDFile: run.RunIDFile, Namespace: run.Namespace}
			if diff := cmp.Diff(tt.want, got, cmp.AllowUnexported(options.Run{})); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestParametersComeFirst(t *testing.T) {
	t.Parallel()
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	mine := flags.String("environment", "", "a parameter of the flow")
	options.NewRun().Bind(flags)
	options.NewTop().Bind(flags)
	if err := flags.Parse([]string{"--environment", "prod", "--quiet"}); err != nil || *mine != "prod" {
		t.Errorf("%q, %v", *mine, err)
	}
}

func TestFlowOptions(t *testing.T) {
	t.Parallel()
	given := map[string][]string{"branch": {"a", "b"}, "production": {"true"}, "trigger": {"F/1", "G/2"}}
	var f options.Flow
	f.Scan(given, func(string) bool { return false }, lookupEnv(nil))
	if diff := cmp.Diff(options.Flow{Branch: "b", Production: true, Trigger: []string{"F/1", "G/2"}}, f); diff != "" {
		t.Error(diff)
	}
	f = options.Flow{}
	f.Scan(given, func(string) bool { return true }, lookupEnv(map[string]string{"METAFLOW_FLOW_BRANCH": "env"}))
	if diff := cmp.Diff(options.Flow{Branch: "env"}, f); diff != "" {
		t.Errorf("parameters of those names: %s", diff)
	}
}

func TestSpin(t *testing.T) {
	t.Parallel()
	tests := []struct{ args, fails string }{
		{args: ""},
		{args: "--debugpy 5678"},
		{args: "--debugpy 0 --index 1"},
		{args: "--debugpy 70000", fails: "70000 is no port"},
		{args: "--debugpy 5678 --all", fails: "exclude one another"},
		{args: "--debugpy 5678 --pdb", fails: "exclude one another"},
		{args: "--pdb --all", fails: "exclude one another"},
		{args: "--all --item x", fails: "exclude one another"},
		{args: "--set =x", fails: "not NAME=VALUE"},
	}
	for _, tt := range tests {
		spin, flags := options.NewSpin(), pflag.NewFlagSet("", pflag.ContinueOnError)
		spin.Bind(flags)
		if err := flags.Parse(strings.Fields(tt.args)); err != nil {
			t.Errorf("%q: %v", tt.args, err)
			continue
		}
		err := spin.Finish(flags, lookup(nil))
		if (tt.fails == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), tt.fails) {
			t.Errorf("%q: %v, want %q", tt.args, err, tt.fails)
		}
		if on := strings.Contains(tt.args, "--debugpy"); spin.DebugpyOn != on {
			t.Errorf("%q: DebugpyOn is %t", tt.args, spin.DebugpyOn)
		}
	}
}
