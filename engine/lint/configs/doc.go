// Package configs holds the rules about a flow's configs (SP4xx): the files they come from, the keys that the flow reads,
// and how they are declared.
//
// A config's default file is only a default: another may be given when the flow is started. What is wrong with the default
// for what the flow reads when it starts is an error, for what a step reads a warning. A config with a parser may hold
// anything, so that nothing is said of its keys. Files are read by a function alone, so that unsaved text counts.
package configs
