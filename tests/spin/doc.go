// Package spin holds the tests of spinning against whole runs: for each of a few dozen flows, spinning every step in order after an edit leaves what
// a run of the edited flow leaves.
package spin
