// Package document reads a file of values with the place of every key and value: JSON, YAML or TOML, as its name says.
//
// All three become the same tree. What only YAML or TOML has is made what JSON has: dates stay the text that they are
// written as, keys are text, infinity and not-a-number are written as Python's json module writes them. JSON is read as
// that module reads it. [Encode] gives the tree back as JSON.
package document
