//go:build e2e

package kernel

import "testing"

// TestTenThousandCells is test_long of the suite at its full length.
func TestTenThousandCells(t *testing.T) {
	python := jupyter(t)
	binary, prefix := install(t, python)
	run(t, "suite", append(surroundings(t, binary, prefix), "SPINDLE_CELLS=10000"), python, "-m", "unittest", "-v", "test_long")
}
