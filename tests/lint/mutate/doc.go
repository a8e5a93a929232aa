// Package mutate breaks right flows in known ways and knows what then must be reported, and where.
//
// A [Breaker] takes a right flow and returns it with one fault in it. Most work on what the reader sees of any flow, so that they break written
// ones and those of flowgen alike; those about artifacts need to know what each statement is for and work on flowgen's programs alone. No breaker
// moves a line: what stood in line 7 still does.
package mutate
