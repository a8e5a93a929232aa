// Package rules holds the pages about the rules of `spindle lint`: for each what it finds, why that is wrong, a bad and a good flow, and what to do.
package rules

import (
	"embed"
	"fmt"
)

//go:embed SP*.md
var pages embed.FS

// site is where the pages can be read.
const site = "https://github.com/spindle-flow/spindle/blob/main/docs/rules/"

// Page returns the page about a rule as Markdown.
func Page(code string) (string, error) {
	text, err := pages.ReadFile(code + ".md")
	if err != nil {
		return "", fmt.Errorf("there is no page about %q", code)
	}
	return string(text), nil
}

// URL is the address of the page about a rule.
func URL(code string) string { return site + code + ".md" }
