// Package explain writes what an editor shows where the cursor rests: what a step, an artifact, a config's key or a decorator is, in Markdown.
//
// The texts are short: a line that says what it is, a line that says what it is tied to, what the last run made of it.
package explain
