// Package golang has the rules that go by Go's types: what the reader of Go flows finds odd, in words.
//
// The faults are found where the types are at hand, by engine/source/golang, and noted in the flow as oddities. What each of
// them is called, how bad it is and what to do about it is said here. A flow in another language has none.
package golang
