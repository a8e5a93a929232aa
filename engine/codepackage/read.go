package codepackage

import (
	"archive/tar"
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// Kind is whose a file of a package is.
type Kind string

// The kinds.
const (
	User    Kind = "user"
	SDK     Kind = "sdk"     // the library, or what was packed with it
	Surplus Kind = "package" // what the package says of itself
)

// Entry is a file of a package as it was read.
type Entry struct {
	Name string
	Size int64
	Kind Kind
}

// Contents are what a package holds.
type Contents struct {
	Entries []Entry
	// Info is what is known of the surroundings it was made in.
	Info map[string]any
}

// Script is the name of the flow's file.
func (c *Contents) Script() string {
	name, _ := c.Info["script"].(string)
	return name
}

// Read reads a package: one of Spindle's, or of Metaflow's of either layout.
func Read(r io.Reader) (*Contents, error) {
	c := &Contents{Info: map[string]any{}}
	err := each(r, func(h *tar.Header, content io.Reader) error {
		c.Entries = append(c.Entries, Entry{Name: h.Name, Size: h.Size, Kind: kindOf(h.Name)})
		if h.Name != metaDir+"/INFO" && h.Name != "INFO" {
			return nil
		}
		if err := json.NewDecoder(content).Decode(&c.Info); err != nil {
			return fmt.Errorf("%s: %w", h.Name, err)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read code package: %w", err)
	}
	return c, nil
}

// kindOf tells by the name. The older layout has all of it at the top.
func kindOf(name string) Kind {
	first, _, nested := strings.Cut(name, "/")
	switch {
	case first == codeDir, nested && (first == "metaflow" || first == "metaflow_extensions"):
		return SDK
	case first == metaDir, name == ".mf_install", name == "INFO", name == "CONFIG_PARAMETERS":
		return Surplus
	}
	return User
}

// each calls visit with every regular file of a package.
func each(r io.Reader, visit func(h *tar.Header, content io.Reader) error) error {
	z, err := gzip.NewReader(bufio.NewReaderSize(r, 1<<16))
	if err != nil {
		return fmt.Errorf("it is no package: %w", err)
	}
	defer z.Close()
	t := tar.NewReader(z)
	for {
		h, err := t.Next()
		if errors.Is(err, io.EOF) {
			_, err = io.Copy(io.Discard, z) // the checksum comes last
			return err
		}
		if err != nil {
			return err
		}
		if h.Typeflag != tar.TypeReg {
			continue
		}
		if err := visit(h, t); err != nil {
			return err
		}
	}
}
