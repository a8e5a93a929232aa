package codepackage

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// ignoreFiles say which files are left out, in Git's language. What the later says wins.
var ignoreFiles = []string{".gitignore", ".spindleignore"}

// rule is a line of an ignore file.
type rule struct {
	base    string // the folder of the file, relative to the package's root; it may be above: then pattern is matched with above in front
	above   string // the way from the file's folder down to the root
	pattern *regexp.Regexp
	dirs    bool // only folders
	keep    bool // it began with !
}

// rules are those of all ignore files that count in a folder, the outermost first.
type rules []rule

// ignored says whether a file or folder is left out.
func (r rules) ignored(rel string, dir bool) bool {
	for _, rule := range slices.Backward(r) {
		if rule.dirs && !dir {
			continue
		}
		name := rel
		if rule.base != "" {
			name = strings.TrimPrefix(rel, rule.base+"/")
		}
		if rule.pattern.MatchString(path.Join(rule.above, name)) {
			return !rule.keep
		}
	}
	return false
}

// in adds the rules of a folder's own files.
func (r rules) in(dir, rel string, entries []fs.DirEntry) (rules, error) {
	for _, name := range ignoreFiles {
		if !slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() == name }) {
			continue
		}
		more, err := readRules(filepath.Join(dir, name), rel, "")
		if err != nil {
			return nil, err
		}
		r = append(slices.Clip(r), more...)
	}
	return r, nil
}

// rulesAbove are those of the folders between a repository's top and the flow's folder.
func rulesAbove(root string) (rules, error) {
	var found rules
	above := ""
	for dir := root; ; {
		if _, err := os.Lstat(filepath.Join(dir, ".git")); err == nil {
			return found, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return nil, nil // no repository: what lies above is none of ours
		}
		above = path.Join(filepath.Base(dir), above)
		var here rules
		for _, name := range ignoreFiles {
			more, err := readRules(filepath.Join(parent, name), "", above)
			if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
				return nil, err
			}
			here = append(here, more...)
		}
		found = append(here, found...)
		dir = parent
	}
}

func readRules(file, base, above string) (rules, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("code package: %w", err)
	}
	var found rules
	for n, line := range strings.Split(string(text), "\n") {
		r, ok, err := parseRule(line)
		if err != nil {
			return nil, fmt.Errorf("code package: %q line %d: %w", file, n+1, err)
		}
		if ok {
			r.base, r.above = base, above
			found = append(found, r)
		}
	}
	return found, nil
}

// parseRule reads a line; ok is false for one that says nothing.
func parseRule(line string) (r rule, ok bool, err error) {
	line = strings.TrimRight(strings.TrimSuffix(line, "\r"), " \t")
	if line == "" || line[0] == '#' {
		return r, false, nil
	}
	if line, r.keep = strings.CutPrefix(line, "!"); line == "" {
		return r, false, nil
	}
	line, r.dirs = strings.CutSuffix(line, "/")
	anchored := strings.Contains(line, "/")
	line = strings.TrimPrefix(line, "/")
	if line == "" {
		return r, false, nil
	}
	expr := glob(line)
	if !anchored {
		expr = "(?:.*/)?" + expr
	}
	r.pattern, err = regexp.Compile("^" + expr + "$")
	return r, err == nil, err
}

// glob is a pattern of Git's as a regular expression.
func glob(pattern string) string {
	var b strings.Builder
	for len(pattern) > 0 {
		switch {
		case strings.HasPrefix(pattern, "**/"):
			b.WriteString("(?:.*/)?")
			pattern = pattern[3:]
			continue
		case pattern == "**" || strings.HasPrefix(pattern, "/**") && len(pattern) == 3:
			if pattern[0] == '/' {
				b.WriteString("/")
			}
			b.WriteString(".+")
			return b.String()
		case pattern[0] == '*':
			b.WriteString("[^/]*")
		case pattern[0] == '?':
			b.WriteString("[^/]")
		case pattern[0] == '[':
			if class, rest, ok := classOf(pattern); ok {
				b.WriteString(class)
				pattern = rest
				continue
			}
			b.WriteString(`\[`)
		case pattern[0] == '\\' && len(pattern) > 1:
			b.WriteString(regexp.QuoteMeta(pattern[1:2]))
			pattern = pattern[1:]
		default:
			b.WriteString(regexp.QuoteMeta(pattern[:1]))
		}
		pattern = pattern[1:]
	}
	return b.String()
}

// classOf is a set of characters at the beginning of a pattern.
func classOf(pattern string) (class, rest string, ok bool) {
	end := strings.IndexByte(pattern[1:], ']')
	if end == 0 || end == 1 && (pattern[1] == '!' || pattern[1] == '^') { // the first character is the bracket itself
		if more := strings.IndexByte(pattern[end+2:], ']'); more >= 0 {
			end += more + 1
		}
	}
	if end < 1 {
		return "", "", false
	}
	set, rest := pattern[1:end+1], pattern[end+2:]
	set, negated := strings.CutPrefix(set, "!")
	if !negated {
		set, negated = strings.CutPrefix(set, "^")
	}
	set = strings.NewReplacer(`\`, `\\`, "[", `\[`, "]", `\]`, "^", `\^`).Replace(set)
	if negated {
		return "[^/" + set + "]", rest, true
	}
	return "[" + set + "]", rest, true
}
