// Package lintout writes findings for other programs: SARIF for code scanners, workflow commands for GitHub.
package lintout
