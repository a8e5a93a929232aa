// Package git asks Git about the folder of a project: which commit it is at, whether it has changes of its own, and what was in a commit.
package git

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// State is what Git says of a folder. It is zero where the folder is in no repository, or there is no Git.
type State struct {
	Commit string
	Dirty  bool // there are changes below the folder that are not committed
}

// Look asks for the state of a folder. Paths in ignore, seen from there, may be changed all the same.
func Look(ctx context.Context, dir string, ignore ...string) State {
	commit, err := run(ctx, dir, "rev-parse", "HEAD")
	if err != nil {
		return State{}
	}
	args := []string{"status", "--porcelain", "--untracked-files=normal", "--", "."}
	for _, path := range ignore {
		args = append(args, ":(exclude)"+path)
	}
	changes, err := run(ctx, dir, args...)
	return State{Commit: strings.TrimSpace(string(commit)), Dirty: err != nil || len(changes) > 0}
}

func run(ctx context.Context, dir string, args ...string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "git", args...)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "GIT_OPTIONAL_LOCKS=0")
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	if err != nil {
		if text := strings.TrimSpace(said.String()); text != "" {
			err = errors.New(strings.TrimPrefix(text, "fatal: "))
		}
		return nil, err
	}
	return out, nil
}

// Extract writes the files that a commit has in a folder to another one. The folder need not exist in the commit: then nothing is written.
func Extract(ctx context.Context, dir, ref, to string) (commit string, err error) {
	out, err := run(ctx, dir, "rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if err != nil {
		return "", fmt.Errorf("git knows no commit %q in %q", ref, dir)
	}
	commit = strings.TrimSpace(string(out))
	// In the folder itself git archive takes its part of the tree only.
	archive, err := run(ctx, dir, "archive", "--format=tar", commit)
	if err != nil {
		return "", fmt.Errorf("read commit %q: %w", ref, err)
	}
	return commit, unpack(bytes.NewReader(archive), to)
}

func unpack(r io.Reader, to string) error {
	for t := tar.NewReader(r); ; {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("unpack a commit: %w", err)
		}
		if !filepath.IsLocal(h.Name) {
			continue
		}
		path := filepath.Join(to, h.Name)
		switch h.Typeflag {
		case tar.TypeDir:
			err = os.MkdirAll(path, 0o777)
		case tar.TypeReg:
			err = write(path, t, os.FileMode(h.Mode)&0o777)
		}
		if err != nil {
			return fmt.Errorf("unpack a commit: %w", err)
		}
	}
}

func write(path string, from io.Reader, mode os.FileMode) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, mode|0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, from)
	return errors.Join(err, f.Close())
}
