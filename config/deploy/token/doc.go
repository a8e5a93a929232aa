// Package token makes and keeps production tokens: who shows the token of a deployment may change it, and runs of a deployment are tagged with it.
//
// They are Metaflow's, to the letter. A deployment has a prefix: its name, or what stands for a branch of a project. Tokens of a prefix are a sequence, prefix-0-abcd,
// prefix-1-efgh …, whose letters follow from the prefix, so that either tool finds the successor of the other's. The token last used of a prefix is kept in a file of
// that name in the user's configuration folder.
package token
