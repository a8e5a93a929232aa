package project

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"
)

// Disk is what a search looks at.
type Disk struct {
	ReadDir  func(dir string) ([]fs.DirEntry, error)
	ReadFile func(file string) ([]byte, error)
	// Excluded says which files and folders are not looked at, besides those that never hold a user's flows.
	Excluded func(path string) bool
	Workers  int
}

// Search returns the files below folders that may hold a flow. Of Python's these are those that speak of the SDK, and those with a class that derives
// from one of theirs; of each package of Go it is one file that has a flow's struct. Not looked into are hidden folders, caches, virtual environments, installed packages and what builds leave behind. Links to folders
// are not followed. A folder that can't be read is an error only where it was asked for.
func (d Disk) Search(ctx context.Context, dirs []string) ([]string, error) {
	var all []string
	for _, dir := range dirs {
		if err := d.walk(ctx, dir, &all, place{asked: true, packages: true}); err != nil {
			return nil, err
		}
	}
	slices.Sort(all)
	return d.likely(ctx, slices.Compact(all))
}

// place is what matters of where a folder is.
type place struct {
	asked    bool // it is one of those asked for
	packages bool // the go tool looks for packages here
}

func (p place) below(name string) place { return place{packages: p.packages && !passedOver(name)} }

func (d Disk) walk(ctx context.Context, dir string, out *[]string, at place) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	entries, err := d.ReadDir(dir)
	if err != nil && at.asked {
		return fmt.Errorf("search %q: %w", dir, err)
	}
	if !at.asked && slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == "pyvenv.cfg" }) {
		return nil
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		switch {
		case skipped(e) || d.Excluded != nil && d.Excluded(path):
		case e.IsDir():
			if err := d.walk(ctx, path, out, at.below(e.Name())); err != nil {
				return err
			}
		case (strings.HasSuffix(e.Name(), ".py") || at.packages && isGo(e.Name())) && (e.Type().IsRegular() || e.Type()&fs.ModeSymlink != 0):
			*out = append(*out, path)
		}
	}
	return nil
}

// never are folders that hold no source of the user's.
var never = map[string]bool{"node_modules": true, "__pycache__": true, "__pypackages__": true, "site-packages": true, "build": true, "dist": true, "venv": true}

func skipped(e fs.DirEntry) bool {
	name := e.Name()
	return strings.HasPrefix(name, ".") || e.IsDir() && (never[name] || strings.HasSuffix(name, ".egg-info"))
}

var (
	sdkNames  = [][]byte{[]byte("metaflow"), []byte("FlowSpec"), []byte("spindle")}
	classHead = regexp.MustCompile(`^class[ \t]+(\w+)[ \t]*\(([^)]*)\)`)
	lastNames = regexp.MustCompile(`(\w+)\s*(?:,|$)`)
)

// glance is what a look at a file's text tells.
type glance struct {
	sdk     bool
	classes [][2]string // name and bases
}

// likely picks the files that may hold a flow by their text alone, which takes a hundredth of the time of parsing them.
func (d Disk) likely(ctx context.Context, files []string) ([]string, error) {
	glances := make([]glance, len(files))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(max(1, d.Workers))
	for i, file := range files {
		g.Go(func() error {
			glances[i] = d.glance(file)
			return ctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return nil, err
	}
	takeDerived(glances)
	var out []string
	for i, file := range files {
		if glances[i].sdk {
			out = append(out, file)
		}
	}
	return onePerPackage(out), nil
}

func (d Disk) glance(file string) glance {
	data, err := d.ReadFile(file)
	if err != nil {
		// Whether it holds a flow is not known. To be told that it can't be read is better than to think that it is in order.
		return glance{sdk: !errors.Is(err, fs.ErrNotExist)}
	}
	if isGo(file) {
		return glance{sdk: HoldsGoFlow(data)}
	}
	g := glance{sdk: slices.ContainsFunc(sdkNames, func(name []byte) bool { return bytes.Contains(data, name) })}
	g.classes = classes(data)
	return g
}

// maxHead is how much of a class statement is looked at.
const maxHead = 1000

// classes lists the class statements of a text that have bases. An expression over the whole text would take most of the time of a search.
func classes(data []byte) (out [][2]string) {
	word := []byte("class ")
	for at := 0; ; at += len(word) {
		n := bytes.Index(data[at:], word)
		if n < 0 {
			return out
		}
		at += n
		line := data[bytes.LastIndexByte(data[:at], '\n')+1 : at]
		if len(bytes.TrimLeft(line, " \t\f")) > 0 {
			continue
		}
		if m := classHead.FindSubmatch(data[at:min(at+maxHead, len(data))]); m != nil {
			out = append(out, [2]string{string(m[1]), string(m[2])})
		}
	}
}

// takeDerived adds the files whose classes derive from a class of a file that is taken, until there are no more.
func takeDerived(glances []glance) {
	names := map[string]bool{}
	add := func(g glance) {
		for _, c := range g.classes {
			names[c[0]] = true
		}
	}
	for _, g := range glances {
		if g.sdk {
			add(g)
		}
	}
	for again := true; again; {
		again = false
		for i, g := range glances {
			if !g.sdk && g.derives(names) {
				glances[i].sdk, again = true, true
				add(g)
			}
		}
	}
}

func (g glance) derives(names map[string]bool) bool {
	return slices.ContainsFunc(g.classes, func(c [2]string) bool {
		for _, m := range lastNames.FindAllStringSubmatch(c[1], -1) {
			if names[m[1]] {
				return true
			}
		}
		return false
	})
}

// Foreign reports whether a relative path leads through a folder that [Disk.Search] would not look into by its name: a package of somebody else's, or
// what a tool has made.
func Foreign(rel string) bool {
	return slices.ContainsFunc(strings.Split(filepath.ToSlash(rel), "/"), func(name string) bool {
		return never[name] || strings.HasSuffix(name, ".egg-info") || strings.HasPrefix(name, ".") && name != "." && name != ".."
	})
}
