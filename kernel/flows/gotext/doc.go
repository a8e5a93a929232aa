// Package gotext takes cells of Go apart and puts what they declare into the text of a flow's package.
//
// A cell may mix what Go keeps apart: imports, declarations and statements. [Parse] tells them from one another. A [Package] is the text of a flow's package;
// [Package.With] gives the text with some declarations replaced or added, and says for every line where it comes from, so that compilers and lint can name the
// cell's own lines ([Text.Build]). A [Program] is what is built to evaluate a cell of statements in the package.
//
// Everything is text: nothing is built, run or looked up here.
package gotext
