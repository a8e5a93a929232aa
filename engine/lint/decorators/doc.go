// Package decorators holds the rules SP3xx: what is wrong with the decorators of a flow and its steps.
//
// [Check] judges the decorators that are known to be the SDK's own; one of the workspace that has the same name is none of
// its business. It judges arguments that are written out, and what they mean together. What a mutator or another decorator may
// still change before the SDK looks at it is not claimed to fail: rules that depend on it stay silent, those about a single
// argument warn.
//
// What an error here says is what Metaflow itself does with the flow: refuse it, or fail when the step is reached. The data is in
// package catalog.
package decorators
