package task

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/objects/s3client"
)

// helperLimit is how large a helper may be, so that a damaged one cannot fill the memory.
const helperLimit = 1 << 30

// boot becomes the helper that a job asks for. It is the bootstrap of images without a Python, which have some helper on their PATH instead.
func (h *helper) boot() int {
	fetched, err := h.fetchHelper(context.Background())
	if err == nil {
		err = h.become(fetched)
	}
	fmt.Fprintf(h.Stderr, "spindle: %v\n", err)
	return remote.ExitBootstrap
}

// asked is what the arguments of the bootstrap say.
type asked struct{ job, endpoint, region, place, sha string }

func (h *helper) asked() (a asked, err error) {
	args := h.Args[1:]
	if len(args) < 6 || len(args)%3 != 0 {
		return a, errors.New("spindle-task boot is started by the command of a container, with the places of helpers")
	}
	a.job, a.endpoint, a.region = args[0], args[1], args[2]
	var have []string
	for triple := range slices.Chunk(args[3:], 3) {
		if triple[0] == runtime.GOARCH {
			a.place, a.sha = triple[1], triple[2]
			return a, nil
		}
		have = append(have, triple[0])
	}
	return a, fmt.Errorf("there is no helper for this machine (%s), only for %s", runtime.GOARCH, strings.Join(have, ", "))
}

// fetchHelper gets the helper's program.
func (h *helper) fetchHelper(ctx context.Context) ([]byte, error) {
	a, err := h.asked()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	requests, err := s3client.Open(ctx, s3client.Config{Endpoint: a.endpoint, Region: a.region})
	if err != nil {
		return nil, err
	}
	place, err := objects.Parse(a.place)
	if err != nil {
		return nil, err
	}
	data, _, err := objects.New(requests, objects.Options{Now: h.Now}).Bytes(ctx, place)
	if err != nil {
		return nil, fmt.Errorf("cannot fetch the helper: %w", err)
	}
	if sum := sha256.Sum256(data); hex.EncodeToString(sum[:]) != a.sha {
		return nil, fmt.Errorf("cannot fetch the helper %s: its SHA-256 is %x and should be %s", a.place, sum, a.sha)
	}
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, fmt.Errorf("the helper %s: %w", a.place, err)
	}
	return io.ReadAll(io.LimitReader(z, helperLimit))
}

// become puts the program into a folder of its own and executes it. It returns only if that cannot be done.
func (h *helper) become(program []byte) error {
	a, err := h.asked()
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", ".spindle-")
	if err != nil {
		return fmt.Errorf("no folder for the helper: %w", err)
	}
	file := filepath.Join(dir, "spindle-task")
	if err := os.WriteFile(file, program, 0o700); err != nil {
		return fmt.Errorf("no folder for the helper: %w", err)
	}
	env := slices.DeleteFunc(slices.Clone(h.Environ), func(entry string) bool { return strings.HasPrefix(entry, "SPINDLE_BOOT=") })
	now := func() float64 { return float64(h.Now().UnixMicro()) / 1e6 }
	env = append(env, fmt.Sprintf("SPINDLE_BOOT=%.6f %.6f", float64(h.out.Begun.UnixMicro())/1e6, now()))
	if a.endpoint != "" {
		env = append(env, "METAFLOW_S3_ENDPOINT_URL="+a.endpoint)
	}
	if a.region != "" && h.env("AWS_REGION") == "" {
		env = append(env, "AWS_REGION="+a.region)
	}
	return fmt.Errorf("start the helper: %w", syscall.Exec(file, []string{file, a.job}, env))
}
