// Package snapshot holds what the language server knows of the user's files: their texts, syntax trees, flows and findings.
//
// A [Snapshot] is one state of all files and never changes. The [Store] holds the newest one; each change makes another that shares all that the
// change did not touch. Trees, flows and findings are made when somebody asks for them and kept with the snapshot, so that a request
// sees one state of everything, however much is typed meanwhile.
//
// What is made from files notes which it was made from, those looked for in vain included. That is all there is to dependencies: a change of a
// file drops what noted it.
//
// Paths name files throughout; a document that has no file goes by its URI. Files that are not open are read once and then
// only again when [Store.Changed] says so.
package snapshot
