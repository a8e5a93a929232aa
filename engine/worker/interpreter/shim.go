package interpreter

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
)

// behindShim replaces a pyenv shim, a shell script that costs 50 ms at each start, by the interpreter it stands for. Other scripts stay: they
// may set up more than the path.
func (s *search) behindShim(ctx context.Context, found Found) (Found, error) {
	sh, ok := s.readShim(found.Path)
	if !ok {
		return found, nil
	}
	key, known := sh.key()
	if known {
		if path, ok := s.recall(key); ok {
			return shimmed(found, path), nil
		}
	}
	info, err := Probe(ctx, found.Path, s.WorkDir, s.Env)
	if err != nil {
		return Found{}, fmt.Errorf("pyenv shim (%s): %w: %s", found.Why, err, hint)
	}
	if !filepath.IsAbs(info.Executable) || executable(info.Executable) != nil {
		return found, nil // it hides what it is; the shim works all the same
	}
	if known {
		s.remember(key, info.Executable)
	}
	return shimmed(found, info.Executable), nil
}

func shimmed(found Found, path string) Found {
	found.Why = fmt.Sprintf("%s, a pyenv shim for it at %s", found.Why, found.Path)
	found.Shim, found.Path = found.Path, path
	return found
}

// shim is a pyenv shim with all that its answer depends on.
type shim struct {
	search *search
	file   string
	root   string // PYENV_ROOT
	prefix string // where pyenv is installed
}

// A shim names its root and ends by running pyenv.
var (
	rootPattern = regexp.MustCompile(`(?m)^export PYENV_ROOT="([^"$]+)"$`)
	execPattern = regexp.MustCompile(`(?m)^exec "([^"$]+/pyenv)" exec "\$program" "\$@"$`)
)

func (s *search) readShim(file string) (shim, bool) {
	f, err := os.Open(file)
	if err != nil {
		return shim{}, false
	}
	defer f.Close()
	head := make([]byte, 4096)
	n, _ := f.Read(head)
	head = head[:n]
	root, run := rootPattern.FindSubmatch(head), execPattern.FindSubmatch(head)
	if !bytes.HasPrefix(head, []byte("#!")) || root == nil || run == nil {
		return shim{}, false
	}
	sh := shim{search: s, file: file, root: string(root[1])}
	if real, err := filepath.EvalSymlinks(string(run[1])); err == nil {
		sh.prefix = filepath.Dir(filepath.Dir(real))
	}
	return sh, true
}

// key lists everything that decides which interpreter the shim runs. It is false when that can't be told for sure.
func (sh shim) key() (key string, known bool) {
	var k keyWriter
	k.stat(sh.file)
	k.stat(filepath.Join(sh.root, "versions")) // what is installed
	for _, name := range sortedNames(sh.search.env) {
		if name == "PATH" || name == "HOME" || strings.HasPrefix(name, "PYENV_") || strings.HasPrefix(name, "_PYENV_") {
			k.text(name + "=" + sh.search.env[name])
		}
	}
	if sh.search.env["PYENV_VERSION"] == "" {
		sh.versionFiles(&k)
	}
	sh.hooks(&k)
	return k.String(), !k.unsure && sh.prefix != ""
}

// versionFiles adds every file that pyenv may read a version from.
func (sh shim) versionFiles(k *keyWriter) {
	for _, start := range []string{sh.search.env["PYENV_DIR"], sh.search.WorkDir} {
		if start == "" {
			continue
		}
		if !filepath.IsAbs(start) {
			k.unsure = true
			return
		}
		for dir := filepath.Clean(start); ; dir = filepath.Dir(dir) {
			k.content(filepath.Join(dir, ".python-version"))
			if dir == filepath.Dir(dir) {
				break
			}
		}
	}
	k.content(filepath.Join(sh.root, "version"))
}

// harmlessHooks come with pyenv and its virtualenv plugin; they do not change which interpreter runs.
var harmlessHooks = map[string]bool{"pip-rehash.bash": true, "conda.bash": true, "python-config.bash": true, "system-site-packages.bash": true}

// hooks makes the key unsure when pyenv would run code that we do not know.
func (sh shim) hooks(k *keyWriter) {
	if sh.search.env["PYENV_HOOK_PATH"] != "" {
		k.unsure = true
		return
	}
	folders := []string{"/usr/etc/pyenv.d", "/usr/local/etc/pyenv.d", "/etc/pyenv.d", "/usr/lib/pyenv/hooks"}
	for _, base := range []string{sh.root, sh.prefix} {
		folders = append(folders, filepath.Join(base, "pyenv.d"), filepath.Join(base, "plugins", "*", "etc", "pyenv.d"))
	}
	for _, folder := range folders {
		for _, event := range []string{"version-name", "which", "exec"} {
			for _, pattern := range []string{"*.bash", filepath.Join("*", "*.bash")} {
				files, err := filepath.Glob(filepath.Join(folder, event, pattern))
				if err != nil {
					k.unsure = true
				}
				for _, file := range files {
					k.stat(file)
					k.unsure = k.unsure || !harmlessHooks[filepath.Base(file)]
				}
			}
		}
	}
}
