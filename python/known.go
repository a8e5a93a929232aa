package python

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// Known is the folder that was noted with [Note] for this program, if it is there. Unlike [Unpack] it reads no file of the SDK, so that a damaged
// folder is not noticed: it is for who gets a process that has been started from there.
func Known(cacheDir, program string) (dir string, ok bool) {
	note, err := noteOf(cacheDir, program)
	if err != nil {
		return "", false
	}
	name, err := os.ReadFile(note)
	if err != nil || !strings.HasPrefix(string(name), "python-") || strings.ContainsRune(string(name), filepath.Separator) {
		return "", false
	}
	dir = filepath.Join(cacheDir, string(name))
	info, err := os.Stat(dir)
	return dir, err == nil && info.IsDir()
}

// Note remembers which folder Unpack has given a program. Nothing depends on it.
func Note(cacheDir, program, dir string) {
	note, err := noteOf(cacheDir, program)
	if err != nil || filepath.Dir(dir) != cacheDir {
		return
	}
	if name, err := os.ReadFile(note); err == nil && string(name) == filepath.Base(dir) {
		return
	}
	temp, err := os.CreateTemp(cacheDir, ".sdk-")
	if err != nil {
		return
	}
	_, err = temp.WriteString(filepath.Base(dir))
	if closed := temp.Close(); err == nil && closed == nil {
		err = os.Rename(temp.Name(), note)
	}
	if err != nil {
		_ = os.Remove(temp.Name())
	}
}

// noteOf is the file of the note for a program as it is now.
func noteOf(cacheDir, program string) (string, error) {
	info, err := os.Stat(program)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%d\x00%d", program, info.Size(), info.ModTime().UnixNano()))
	return filepath.Join(cacheDir, "sdk-of-"+hex.EncodeToString(sum[:8])), nil
}
