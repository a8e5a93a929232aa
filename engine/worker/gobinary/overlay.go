package gobinary

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// overlay writes the overlay's texts into the folder and returns the arguments that make the go command take them.
func (o Options) overlay(dir string) ([]string, error) {
	replace := map[string]string{}
	for i, path := range slices.Sorted(maps.Keys(o.Overlay)) {
		file := filepath.Join(dir, "overlay-"+strconv.Itoa(i)+".go")
		if err := os.WriteFile(file, o.Overlay[path], 0o600); err != nil {
			return nil, fmt.Errorf("write the texts to build: %w", err)
		}
		replace[path] = file
	}
	data, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return nil, err
	}
	file := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		return nil, fmt.Errorf("write the texts to build: %w", err)
	}
	args := []string{"-overlay", file}
	if !strings.Contains(variable(o.Env, "GOFLAGS"), "-ldflags") {
		args = append(args, "-ldflags=-s -w")
	}
	return args, nil
}

var lineDirective = regexp.MustCompile(`(?m)^//line ([^:\n]+):\d`)

// namesIn are the names, other than paths, that the overlay gives to places: cells of a notebook.
func namesIn(overlay map[string][]byte) []string {
	var names []string
	for _, text := range overlay {
		for _, m := range lineDirective.FindAllSubmatch(text, -1) {
			if name := string(m[1]); !filepath.IsAbs(name) && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// named is a fault at a place that an overlay has named.
func named(line string, names []string) (Fault, bool) {
	for _, name := range names {
		rest, ok := strings.CutPrefix(line, name+":")
		if !ok {
			continue
		}
		if m := afterName.FindStringSubmatch(rest); m != nil {
			f := Fault{File: name, Message: m[3]}
			f.Line, _ = strconv.Atoi(m[1])
			f.Column, _ = strconv.Atoi(m[2]) // empty where the place has none
			return f, true
		}
	}
	return Fault{}, false
}

var afterName = regexp.MustCompile(`^(\d+)(?::(\d+))?: (.*)$`)
