// Package schema holds values against JSON Schemas and tells the place of every fault, in the value and in the schema.
//
// It knows what people write of drafts 4 to 2020-12; what would change the verdict and is not known (unevaluatedProperties,
// dynamic references) is a fault of the schema, not passed over. Schemas refer to parts of themselves and to files beside
// them; nothing is fetched. Formats are remarks.
//
// A library would know all drafts, but the one there is compiles their own schemas whenever a program that has it starts,
// which takes longer than to read a flow. The tests hold this package against it.
package schema
