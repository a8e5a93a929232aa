// Package version says which Spindle this is.
package version

// Number is the version of the binary and of the Python SDK inside it.
const Number = "0.1.0"

// Metaflow is the version of Metaflow whose behaviour and formats this one keeps to.
const Metaflow = "2.19.38"

// Recorded is what is stored with a run as the version that made it: readers that ask for Metaflow's version find one they know.
func Recorded() string { return Metaflow + "+spindle(" + Number + ")" }
