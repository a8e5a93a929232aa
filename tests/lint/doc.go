// Package lint tests the rules as they are used: on whole files, against the real metaflow, and on flows broken on purpose.
//
//   - The real metaflow's check and the structural rules agree which flows of flows/right and flows/wrong are right (judge_test.go); where they
//     differ, the reason is listed.
//   - No rule reports an error in a right flow: those of flows/right, the examples, the flows of tests/compat that are meant to succeed, and
//     metaflow's own tutorials. What else is reported stands in testdata/right.txt, and what the wrong flows give in testdata/wrong.txt; both are
//     there to be read (golden_test.go).
//   - mutate breaks right flows in known ways, and the fault must be reported where it is (mutate/).
//   - Random edits of files never make the rules panic or hang (fuzz_test.go).
//
// Package peer asks the real metaflow; the tests of other packages use it too.
package lint
