// Package suggest finds what can be completed in a flow's source, and with what.
//
// While somebody types, the text is broken: self. with nothing behind it, brackets and quotes that are not closed. So the place is read from
// the text alone, by [Scan], which needs no syntax tree; what there is to offer comes from the flow's facts, read from a text in
// which [Mend] has replaced what is being typed.
package suggest
