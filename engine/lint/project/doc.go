// Package project lints many files together: it finds those that may hold flows, judges them side by side, tells what they have in common once, and
// applies fixes until nothing changes.
//
// A class that a flow of another file derives from is judged there, and an ignore comment that another file may need is not called useless. Files
// come through functions; nothing is written: [Fix] returns the new contents.
package project
