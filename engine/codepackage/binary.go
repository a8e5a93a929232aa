package codepackage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"strings"
)

// binaries is the folder with the programs of a flow in Go.
const binaries = codeDir + "/flow"

const platform = "linux-"

// Source is a source of the flow's outside of its folder, for the record. name is the one in its module.
func Source(file, name string) Extra {
	return Extra{Path: file, Name: path.Join("source", name), Kind: Surplus}
}

// SourceName is the name of a source outside of the flow's folder, among what the package says of itself.
func SourceName(name string) string { return path.Join(metaDir, "source", name) }

// BinaryName is the name in a package of a Go flow's program for an architecture.
func BinaryName(arch string) string { return path.Join(binaries, platform+arch) }

// Binary is the program of the flow in an extracted package for machines of an architecture. It is empty for a flow in Python, which has none.
func Binary(dir, arch string) (string, error) {
	file := filepath.Join(dir, filepath.FromSlash(BinaryName(arch)))
	_, err := os.Stat(file)
	if !errors.Is(err, fs.ErrNotExist) {
		return file, err
	}
	entries, err := os.ReadDir(filepath.Join(dir, filepath.FromSlash(binaries)))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", err
	}
	var have []string
	for _, e := range entries {
		have = append(have, strings.TrimPrefix(e.Name(), platform))
	}
	return "", &ArchError{Arch: arch, Have: have}
}

// ArchError says that a package has no program for the machine it was extracted on.
type ArchError struct {
	Arch string
	Have []string
}

// Error says what to do.
func (e *ArchError) Error() string {
	return fmt.Sprintf("this machine is %s, and the flow's program was built for %s: set SPINDLE_GO_ARCH=%[1]s (or %s,%[1]s, for machines of both) where the flow is started or deployed",
		e.Arch, strings.Join(e.Have, " and "), strings.Join(e.Have, ","))
}
