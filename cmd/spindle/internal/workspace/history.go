package workspace

import (
	"path/filepath"
	"strings"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/datatools"
	"github.com/spindle-flow/spindle/engine/history"
)

// History reads the past of a store. flow is the one whose run is being served, empty for none.
func (s *Stores) History(w *Workspace, flow string) *history.Reader {
	user, err := w.User()
	if err != nil {
		user = "" // only changes need an author, and they say so
	}
	return history.New(s.Values, s.Metadata, history.Options{
		Flow: flow, User: user, Included: w.included(s.Root), OpenRemote: s.openRemote(w), OpenService: w.openService(user), Now: w.Now,
		IncludedS3: w.Env("METAFLOW_DATATOOLS_S3ROOT"), Objects: w.Objects,
		Transfers: &datatools.Server{Objects: w.Objects, Root: w.datatoolsRoot()},
	})
}

// included is where files of IncludeFile are kept, when the settings say so.
func (w *Workspace) included(root string) string {
	if dir := w.Env("METAFLOW_DATATOOLS_LOCALROOT"); dir != "" {
		return w.Abs(dir)
	}
	return filepath.Join(root, "data")
}

// datatoolsRoot is where S3(run=…) and files of IncludeFile are in S3; empty if nothing says so.
func (w *Workspace) datatoolsRoot() string {
	if root := w.Env("METAFLOW_DATATOOLS_S3ROOT"); root != "" {
		return root
	}
	if root := w.Env(s3RootVariable); root != "" {
		return strings.TrimRight(root, "/") + "/data"
	}
	return ""
}

// OpenForClient opens the store for a script or notebook, which may look around before anything was ever stored.
func (w *Workspace) OpenForClient() (*Stores, error) {
	if w.Top.DatastoreRoot != "" && !w.remote() {
		return w.open(w.Abs(w.Top.DatastoreRoot), Serve, "")
	}
	root, _, err := artifact.FindLocalRoot(w.Env, w.Dir, false)
	if err != nil {
		root = filepath.Join(w.Dir, ".metaflow")
	}
	user, err := w.User()
	if err != nil {
		user = ""
	}
	return w.open(root, Serve, user)
}
