// Package workspace is what a command finds around it: settings, user, store, flow files and a Python to run them with.
//
// Everything of the process's surroundings (environment, working folder, clock) comes in through the fields of [Workspace], so that commands can
// be tested in surroundings of the test's making.
package workspace

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/options"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/settings"
	"github.com/spindle-flow/spindle/cmd/spindle/internal/version"
	"github.com/spindle-flow/spindle/engine/graph"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/objects"
)

// Workspace is the surroundings of one command.
type Workspace struct {
	Dir, Home string // the working folder and the user's home
	LookupEnv func(string) (string, bool)
	Environ   []string
	Now       func() time.Time
	Top       *options.Top
	// Watch is told how transfers to and from object stores go; nobody is when it is nil. It is set before the first store is opened.
	Watch func(objects.Progress)
	// Executable is the path of this binary, for the processes it starts.
	Executable string

	load     sync.Once
	settings *settings.Settings
	loadErr  error

	objectsOnce sync.Once
	objects     *objects.Client
	objectsErr  error
}

// System is the workspace of this process.
func System(top *options.Top) *Workspace {
	// Without a working folder or a home the commands that need them say so.
	dir, _ := os.Getwd()
	home, _ := os.UserHomeDir()
	exe, err := os.Executable()
	if err != nil {
		exe = os.Args[0]
	}
	return &Workspace{Dir: dir, Home: home, LookupEnv: os.LookupEnv, Environ: os.Environ(), Now: time.Now, Top: top, Executable: exe}
}

// With are the same surroundings for a command with other top options.
func (w *Workspace) With(top *options.Top) *Workspace {
	return &Workspace{
		Dir: w.Dir, Home: w.Home, LookupEnv: w.LookupEnv, Environ: w.Environ, Now: w.Now, Top: top, Executable: w.Executable,
		Watch: w.Watch,
	}
}

// Over are surroundings as these, but for variables and the working folder: an environment that flows are deployed to. Variables that are empty are as good as
// unset. Whoever has the same region and the same address shares the client for object stores.
func (w *Workspace) Over(top *options.Top, dir string, variables map[string]string) *Workspace {
	over := w.With(top)
	over.Dir = dir
	over.LookupEnv = func(name string) (string, bool) {
		if value, ok := variables[name]; ok {
			return value, value != ""
		}
		return w.LookupEnv(name)
	}
	over.Environ = slices.Clone(w.Environ)
	same := true
	for _, name := range slices.Sorted(maps.Keys(variables)) {
		over.Environ = append(over.Environ, name+"="+variables[name])
		if (name == endpointVariable || name == regionVariable) && variables[name] != w.Env(name) {
			same = false
		}
	}
	if same {
		over.objectsOnce.Do(func() { over.objects, over.objectsErr = w.Objects() })
	}
	return over
}

// Settings are Metaflow's configuration variables as they stand here.
func (w *Workspace) Settings() (*settings.Settings, error) {
	w.load.Do(func() {
		w.settings, w.loadErr = settings.Load(w.Sources())
	})
	return w.settings, w.loadErr
}

// Sources is where settings are looked for.
func (w *Workspace) Sources() settings.Sources {
	return settings.Sources{LookupEnv: w.LookupEnv, Dir: w.Dir, Home: w.Home}
}

// Prepare completes the top options from the settings and refuses what cannot be done. Every verb about a flow or a store calls it first.
func (w *Workspace) Prepare() error {
	s, err := w.Settings()
	if err != nil {
		return err
	}
	return w.Top.Fill(s.Lookup)
}

// Env looks up a variable in the environment and the configuration files. Settings must have been loaded.
func (w *Workspace) Env(name string) string {
	s, err := w.Settings()
	if err != nil {
		return ""
	}
	return s.Env(name)
}

// User is the name of the one who runs.
func (w *Workspace) User() (string, error) {
	name, err := metadata.UserName(w.Env)
	if errors.Is(err, metadata.ErrNoUser) {
		return "", fault.WithHint(err, "for instance: METAFLOW_USER=ann spindle run flow.py")
	}
	return name, err
}

// System is what is recorded about these surroundings with a run.
// p is what runs it, nil where nothing is run.
func (w *Workspace) System(user string, p Program, extra []string) metadata.System {
	s := metadata.System{
		Runtime: w.Env("METAFLOW_RUNTIME_NAME"), User: user,
		ProductionToken: w.Env("METAFLOW_PRODUCTION_TOKEN"), Version: version.Recorded(), Extra: extra,
	}
	switch {
	case p == nil:
	case p.Language().Name() == graph.Go:
		s.GoVersion = p.Version()
	default:
		s.PythonVersion = p.Version()
	}
	return s
}

// Abs makes a path of the command line absolute.
func (w *Workspace) Abs(path string) string {
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(w.Dir, path)
}

// CacheDir is where what can be made again is kept: the unpacked SDK, what shims stand for.
func (w *Workspace) CacheDir() string {
	if dir, err := os.UserCacheDir(); err == nil {
		return filepath.Join(dir, "spindle")
	}
	return w.tempCache()
}

// tempCache is the cache where the user's own cannot be written. Its name is the user's, so that nobody else's is used.
func (w *Workspace) tempCache() string {
	return filepath.Join(os.TempDir(), fmt.Sprintf("spindle-%s", strconv.Itoa(os.Getuid())))
}
