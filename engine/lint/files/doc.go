// Package files lints whole source files: it reads every flow of a file, applies the rules, and takes out what the user has chosen not to hear:
// rules that are not selected, and findings that an ignore comment silences.
//
// It touches no disk of its own. Files come through a function, so that an editor can pass text that is not saved.
package files
