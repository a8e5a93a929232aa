package interpreter

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// keyWriter collects what an answer depends on.
type keyWriter struct {
	strings.Builder
	unsure bool // something could not be read: the key must not be used
}

func (k *keyWriter) text(s string) { fmt.Fprintf(k, "%q\n", s) }

// stat adds a file's identity.
func (k *keyWriter) stat(file string) {
	info, err := os.Stat(file)
	if err != nil {
		k.unsure = true
		return
	}
	fmt.Fprintf(k, "%q %d %d\n", file, info.ModTime().UnixNano(), info.Size())
}

// content adds what a small file says; that it is not there is an answer too.
func (k *keyWriter) content(file string) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	if err != nil {
		k.unsure = true
		return
	}
	defer f.Close()
	const most = 64 << 10
	text, err := io.ReadAll(io.LimitReader(f, most))
	if err != nil || len(text) == most {
		k.unsure = true
		return
	}
	fmt.Fprintf(k, "%q %q\n", file, text)
}

func sortedNames(env map[string]string) []string { return slices.Sorted(maps.Keys(env)) }

// answer is a remembered interpreter. Its own identity is checked before it is used again.
type answer struct {
	Key     string `json:"key"` // in full, so that no two keys are ever mixed up
	Path    string `json:"path"`
	ModTime int64  `json:"mtime_ns"`
	Size    int64  `json:"size"`
}

func (s *search) answerFile(key string) string {
	sum := sha256.Sum256([]byte(key))
	return filepath.Join(s.CacheDir, "interpreters", hex.EncodeToString(sum[:16])+".json")
}

// recall returns what was remembered under the key, if it still stands.
func (s *search) recall(key string) (path string, ok bool) {
	if s.CacheDir == "" {
		return "", false
	}
	raw, err := os.ReadFile(s.answerFile(key))
	if err != nil {
		return "", false
	}
	var a answer
	if err := json.Unmarshal(raw, &a); err != nil || a.Key != key || executable(a.Path) != nil {
		return "", false
	}
	info, err := os.Stat(a.Path)
	if err != nil || info.ModTime().UnixNano() != a.ModTime || info.Size() != a.Size {
		return "", false
	}
	return a.Path, true
}

// remember keeps an answer. That it can't is no reason to stop: the next start asks again.
func (s *search) remember(key, path string) {
	info, err := os.Stat(path)
	if s.CacheDir == "" || err != nil {
		return
	}
	raw, err := json.Marshal(answer{Key: key, Path: path, ModTime: info.ModTime().UnixNano(), Size: info.Size()})
	if err != nil {
		return
	}
	file := s.answerFile(key)
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return
	}
	temp, err := os.CreateTemp(filepath.Dir(file), ".new-*")
	if err != nil {
		return
	}
	_, err = temp.Write(raw)
	if errors.Join(err, temp.Close()) == nil {
		err = os.Rename(temp.Name(), file)
	}
	if err != nil {
		_ = os.Remove(temp.Name())
	}
}
