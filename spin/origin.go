package spin

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/metadata"
	"github.com/spindle-flow/spindle/engine/run"
)

// Names an origin can have besides a run's id and a tag.
const (
	LatestRun     = "latest"
	ProductionRun = "production"
)

// NoOriginError is a name that means no run.
type NoOriginError struct{ Flow, Name string }

// Error names it.
func (e *NoOriginError) Error() string {
	if e.Name == ProductionRun {
		return fmt.Sprintf("flow %q has no run in production", e.Flow)
	}
	if e.Name == LatestRun || e.Name == "" {
		return fmt.Sprintf("flow %q has no run in this namespace", e.Flow)
	}
	return fmt.Sprintf("flow %q has no run %q and none with that tag", e.Flow, e.Name)
}

// FindOrigin is the run that a name means: a run's id, the newest with a tag, the newest in production, or for latest the newest in the namespace
// (nil for all). A run counts once its parameters are stored.
func FindOrigin(ctx context.Context, store *artifact.Store, meta metadata.Provider, flow, name string, namespace *string) (string, error) {
	ids, err := store.Runs(flow)
	if err != nil {
		return "", err
	}
	if slices.Contains(ids, name) {
		return name, nil
	}
	for _, id := range slices.Backward(ids) {
		if tasks, err := store.Tasks(flow, id, run.ParametersStep); err != nil || len(tasks) == 0 {
			continue
		}
		o, err := meta.Run(ctx, flow, id)
		if err != nil {
			if errors.Is(err, metadata.ErrNotFound) {
				continue
			}
			return "", err
		}
		if meant(o.Tags, name, namespace) {
			return id, nil
		}
	}
	return "", &NoOriginError{flow, name}
}

func meant(tags metadata.Tags, name string, namespace *string) bool {
	switch name {
	case LatestRun, "":
		return namespace == nil || tags.Has(*namespace)
	case ProductionRun:
		return slices.ContainsFunc(tags.System, func(tag string) bool { return strings.HasPrefix(tag, "production:") })
	}
	return tags.Has(name)
}
