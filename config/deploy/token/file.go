package token

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// Folder is where tokens are kept: METAFLOW_TOKEN_HOME, METAFLOW_HOME, or .metaflowconfig in the user's home.
func Folder(env func(string) string, home string) string {
	for _, name := range []string{"METAFLOW_TOKEN_HOME", "METAFLOW_HOME"} {
		if dir := env(name); dir != "" {
			if dir == "~" || strings.HasPrefix(dir, "~/") {
				dir = home + dir[1:]
			}
			return dir
		}
	}
	return filepath.Join(home, ".metaflowconfig")
}

const key = "production_token"

// Load is the token last used of a prefix, empty where none is known here.
func Load(folder, prefix string) (string, error) {
	kept, err := read(filepath.Join(folder, prefix))
	if err != nil {
		return "", err
	}
	token, _ := kept[key].(string)
	return token, nil
}

// Store keeps the token of a prefix. Whatever else is in the file stays.
func Store(folder, prefix, token string) error {
	path := filepath.Join(folder, prefix)
	kept, err := read(path)
	if err != nil {
		return err
	}
	kept[key] = token
	data, err := json.Marshal(kept)
	if err == nil {
		err = os.MkdirAll(filepath.Dir(path), 0o777)
	}
	if err == nil {
		err = os.WriteFile(path, data, 0o666)
	}
	if err != nil {
		return fmt.Errorf("keep the production token: %w", err)
	}
	return nil
}

func read(path string) (map[string]any, error) {
	kept := map[string]any{}
	data, err := os.ReadFile(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return kept, nil
	case err == nil:
		err = json.Unmarshal(data, &kept)
	}
	if err != nil {
		return nil, fmt.Errorf("read the production token in %q: %w", path, err)
	}
	return kept, nil
}
