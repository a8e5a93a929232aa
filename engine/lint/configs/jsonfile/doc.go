// Package jsonfile reads JSON with the place of every key and value, and of the first fault.
//
// There are two dialects: [Parse] takes exactly what encoding/json takes; [ParsePython] takes what Python's json module
// takes from a file, which is what a config without a parser is read by: NaN and Infinity are numbers, and text must be
// UTF-8.
package jsonfile
