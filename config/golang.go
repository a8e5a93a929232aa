package config

import (
	"context"
	"path/filepath"
	"strings"

	"github.com/spindle-flow/spindle/engine/source/golang"
	"github.com/spindle-flow/spindle/engine/source/python"
)

// Dir is the folder of the flow's code.
func (f Flow) Dir() string {
	if f.Go && !strings.HasSuffix(f.File, ".go") {
		return f.File
	}
	return filepath.Dir(f.File)
}

// read reads the flow: one in Python as read does. Of one in Go the go command tells what its package is made of, so that it is read from the disk.
func (f Flow) read(ctx context.Context, read ReadFlow) (*python.Result, error) {
	if !f.Go {
		return read(ctx, f.File, f.Class)
	}
	r, err := golang.Read(ctx, golang.Options{Dir: f.Dir(), Class: f.Class})
	if err != nil {
		return nil, err
	}
	return &python.Result{Flow: r.Flow, Faults: r.Faults, Classes: r.Classes, Files: r.Files}, nil
}

// there says whether the file can be read, or the folder.
func (j *judge) there(f Flow) error {
	if f.Dir() == f.File {
		_, err := j.around.ReadDir(f.File)
		return err
	}
	_, err := j.around.ReadFile(f.File)
	return err
}
