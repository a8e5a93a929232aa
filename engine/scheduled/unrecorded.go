package scheduled

import (
	"context"

	"github.com/spindle-flow/spindle/engine/metadata"
)

// unrecorded stands for a service where there is none: what is written to it is left out, for readers take it from the store. Nothing is read from it.
type unrecorded struct{ metadata.Provider }

// RegisterRun implements [metadata.Provider].
func (unrecorded) RegisterRun(context.Context, string, string, metadata.Tags) (bool, error) {
	return true, nil
}

// RegisterTask implements [metadata.Provider].
func (unrecorded) RegisterTask(context.Context, metadata.TaskID, metadata.Tags) error { return nil }

// AddMetadata implements [metadata.Provider].
func (unrecorded) AddMetadata(context.Context, metadata.TaskID, []metadata.Record) error { return nil }

// AddArtifacts implements [metadata.Provider].
func (unrecorded) AddArtifacts(context.Context, metadata.TaskID, int, string, string, metadata.Tags, []metadata.ArtifactRecord) error {
	return nil
}
