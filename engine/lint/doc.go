// Package lint says what a finding is: a rule's code, a severity, the exact range of the source, a message and a fix.
//
// The rules stand in packages of their own, a group each: structure (SP1xx), artifacts (SP2xx), decorators (SP3xx), configs
// (SP4xx) and targets (SP5xx); package rules applies them all. A rule claims only what follows from the source: where the
// source can't be followed, an SP001 says so once, and the rules that depend on the unknown part stay silent.
package lint
