package project

import (
	"bytes"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
)

// isGo reports whether a file's name is that of Go source which can be part of a flow: tests are not.
func isGo(name string) bool {
	return strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go")
}

// passedOver reports whether a folder's name keeps the go tool from looking for packages in it.
func passedOver(name string) bool {
	return name == "testdata" || name == "vendor" || strings.HasPrefix(name, "_")
}

// goSDK is how the file of a flow's struct names the SDK.
var goSDK = []byte(`"github.com/spindle-flow/spindle/flow"`)

// embedsFlow finds the field that makes a struct a flow, whatever the SDK is imported as.
var embedsFlow = regexp.MustCompile(`(?m)(?:^|[{;])[ \t]*(?:\w+\.)?Flow[ \t]*(?:$|[;}` + "`" + `\r]|//|/\*)`)

// runsFlow finds the call that runs a flow, of another package perhaps.
var runsFlow = regexp.MustCompile(`\bMain\(`)

// HoldsGoFlow reports by its text alone whether a Go file has the struct of a flow, or runs one.
func HoldsGoFlow(data []byte) bool {
	return bytes.Contains(data, goSDK) && (embedsFlow.Match(data) || runsFlow.Match(data))
}

// onePerPackage leaves one Go file of each folder: with it the whole package is read.
func onePerPackage(files []string) []string {
	seen := map[string]bool{}
	return slices.DeleteFunc(files, func(file string) bool {
		if !isGo(file) {
			return false
		}
		dir := filepath.Dir(file)
		defer func() { seen[dir] = true }()
		return seen[dir]
	})
}
