package codepackage

import (
	"archive/tar"
	"bytes"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/klauspost/pgzip"
	"golang.org/x/sync/errgroup"
)

// Suffixes are those of files that are always taken.
var Suffixes = []string{".py", ".R", ".RDS"}

// WarnSize is the size from which a package is worth a warning.
const WarnSize = 100 << 20

// Metadata says what kind of archive it is, as it stands in the record of a task's code package.
const Metadata = `{"version": 0, "archive_format": "tgz", "mfcontent_version": 1}`

// Options say what a package is made of.
type Options struct {
	// Flow is the flow's file, absolute. Its folder is what is sent.
	Flow string
	// Suffixes are more of them, beside [Suffixes].
	Suffixes []string
	// Imported are the files that importing the flow reads (absolute). Those in the flow's folder are taken even where an ignore file names them;
	// those elsewhere are told in [Package].Outside.
	Imported []string
	// SDK is what goes to .mf_code: the packages that steps import.
	SDK fs.FS
	// Binaries are the programs of a flow in Go, by the architecture of the Linux machines they run on, as Go names it. Such a flow has no SDK.
	Binaries map[string]string
	// Extra are further files. One of the user's that the folder has is taken once.
	Extra []Extra
	// Info is what is known of the surroundings. Its script is the flow's file.
	Info map[string]any
	// Configs are the flow's config values.
	Configs map[string]any
}

// Extra is a further file of a package.
type Extra struct {
	Path string // absolute
	Name string // with slashes, below the place of its kind
	Kind Kind   // User, SDK for libraries, Surplus for what stands beside the package's own notes
}

// Package is a package that was made.
type Package struct {
	Bytes  []byte
	SHA256 string // of Bytes, in hexadecimal
	// Files are what is in it, by name. User says how many of them are the user's: they come last.
	Files []File
	User  int
	// Outside are files that importing the flow reads and that are not sent, because they are neither in its folder nor installed.
	Outside []string
}

// Build makes a package.
func Build(ctx context.Context, o Options) (*Package, error) {
	files, outside, err := List(o)
	if err != nil {
		return nil, err
	}
	made, err := made(o)
	if err != nil {
		return nil, err
	}
	p := &Package{Files: append(made, files...), User: len(files), Outside: outside}
	if p.Bytes, err = archive(ctx, p.Files); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(p.Bytes)
	p.SHA256 = hex.EncodeToString(sum[:])
	return p, nil
}

// List are the user's files that a package has, by name, and the imported ones that it has not.
func List(o Options) (files []File, outside []string, err error) {
	root := filepath.Dir(o.Flow)
	w := &walker{root: root, always: map[string]bool{filepath.Base(o.Flow): true}}
	for _, s := range append(slices.Clone(Suffixes), o.Suffixes...) {
		if s = strings.ToLower(strings.TrimSpace(s)); s != "" {
			w.suffixes = append(w.suffixes, s)
		}
	}
	for _, file := range o.Imported {
		rel, err := filepath.Rel(root, file)
		if err != nil || rel == ".." || strings.HasPrefix(rel, "../") {
			outside = append(outside, file)
			continue
		}
		w.always[filepath.ToSlash(rel)] = true
	}
	rules, err := rulesAbove(root)
	if err != nil {
		return nil, nil, err
	}
	if err := w.walk("", rules, map[string]bool{}); err != nil {
		return nil, nil, err
	}
	for _, e := range o.Extra {
		if e.Kind == User && !slices.ContainsFunc(w.found, func(f File) bool { return f.Name == e.Name }) {
			f, err := e.file("")
			if err != nil {
				return nil, nil, err
			}
			w.found = append(w.found, f)
		}
	}
	slices.SortFunc(w.found, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return w.found, outside, nil
}

// made are the files of a package that are not the user's.
func made(o Options) ([]File, error) {
	info := map[string]any{}
	for k, v := range o.Info {
		info[k] = v
	}
	info["script"] = filepath.Base(o.Flow)
	configs := o.Configs
	if configs == nil {
		configs = map[string]any{}
	}
	var files []File
	for name, content := range map[string]any{
		metaDir + "/INFO": info, metaDir + "/CONFIG": map[string]any{"user_configs": configs}, metaDir + "/DIST_INFO": map[string]any{},
		".mf_install": map[string]any{"version": 1, "module_files": []string{}},
	} {
		data, err := json.Marshal(content) // keys are sorted
		if err != nil {
			return nil, fmt.Errorf("code package: %w", err)
		}
		files = append(files, File{Name: name, Size: int64(len(data)), data: data})
	}
	if o.SDK != nil {
		err := fs.WalkDir(o.SDK, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.HasSuffix(name, ".pyc") {
				return err
			}
			data, err := fs.ReadFile(o.SDK, name)
			files = append(files, File{Name: path.Join(codeDir, name), Size: int64(len(data)), data: data})
			return err
		})
		if err != nil {
			return nil, fmt.Errorf("code package: %w", err)
		}
	}
	for _, arch := range slices.Sorted(maps.Keys(o.Binaries)) {
		f, err := Extra{Path: o.Binaries[arch], Name: BinaryName(arch)}.file("")
		if err != nil {
			return nil, err
		}
		files = append(files, f)
	}
	for _, e := range o.Extra {
		dir := map[Kind]string{SDK: codeDir, Surplus: metaDir}[e.Kind]
		if dir == "" {
			continue
		}
		f, err := e.file(dir)
		if err != nil {
			return nil, err
		}
		if !slices.ContainsFunc(files, func(known File) bool { return known.Name == f.Name }) { // the package's own come first
			files = append(files, f)
		}
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return files, nil
}

func (e Extra) file(dir string) (File, error) {
	info, err := os.Stat(e.Path)
	if err != nil {
		return File{}, fmt.Errorf("code package: %w", err)
	}
	return File{Name: path.Join(dir, e.Name), Path: e.Path, Size: info.Size(), Executable: info.Mode()&0o100 != 0}, nil
}

// written is the time of all files: Metaflow's.
var written = time.Unix(1575360000, 0).UTC()

// atOnce is how many files are read ahead of the one that is packed.
const atOnce = 64

// archive packs the files in their order.
func archive(ctx context.Context, files []File) ([]byte, error) {
	var out bytes.Buffer
	z, err := pgzip.NewWriterLevel(&out, 3)
	if err != nil {
		return nil, err
	}
	if err := z.SetConcurrency(256<<10, runtime.GOMAXPROCS(0)+1); err != nil {
		return nil, err
	}
	t := tar.NewWriter(z)
	err = addAll(ctx, t, files)
	if err = errors.Join(err, ignoreAfter(err, t.Close()), z.Close()); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// ignoreAfter drops the error of closing what was left half written: the first says more.
func ignoreAfter(first, err error) error {
	if first != nil {
		return nil
	}
	return err
}

func addAll(ctx context.Context, t *tar.Writer, files []File) error {
	for chunk := range slices.Chunk(files, atOnce) {
		contents := make([][]byte, len(chunk))
		g, ctx := errgroup.WithContext(ctx)
		g.SetLimit(runtime.GOMAXPROCS(0))
		for i, f := range chunk {
			g.Go(func() (err error) {
				if err = ctx.Err(); err == nil {
					contents[i], err = f.read()
				}
				return err
			})
		}
		if err := g.Wait(); err != nil {
			return err
		}
		for i, f := range chunk {
			if err := add(t, f, contents[i]); err != nil {
				return err
			}
		}
	}
	return nil
}

func add(t *tar.Writer, f File, content []byte) error {
	mode := int64(0o644)
	if f.Executable {
		mode = 0o755
	}
	err := t.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: f.Name, Mode: mode, Size: int64(len(content)), ModTime: written})
	if err == nil {
		_, err = t.Write(content)
	}
	if err != nil {
		return fmt.Errorf("code package: pack %q: %w", f.Name, err)
	}
	return nil
}

// read reads the file whole.
func (f File) read() ([]byte, error) {
	if f.Path == "" {
		return f.data, nil
	}
	data, err := os.ReadFile(f.Path)
	if errors.Is(err, fs.ErrPermission) {
		return nil, fmt.Errorf("code package: %w: allow yourself to read it, or name it in .spindleignore", err)
	}
	if err != nil {
		return nil, fmt.Errorf("code package: %w", err)
	}
	return data, nil
}

// Largest are the n largest of the user's files.
func (p *Package) Largest(n int) []File {
	files := slices.Clone(p.Files[len(p.Files)-p.User:])
	slices.SortStableFunc(files, func(a, b File) int { return cmp.Compare(b.Size, a.Size) })
	return files[:min(n, len(files))]
}

// Warning says that the package is large and what makes it so; empty where it is not.
func (p *Package) Warning() string {
	if len(p.Bytes) < WarnSize {
		return ""
	}
	var names []string
	for _, f := range p.Largest(5) {
		names = append(names, fmt.Sprintf("%s (%.1f MB)", f.Name, float64(f.Size)/1e6))
	}
	return fmt.Sprintf("the code package has %.0f MB, which every remote task fetches; the largest files are %s: name in .spindleignore what tasks do not need",
		float64(len(p.Bytes))/1e6, strings.Join(names, ", "))
}
