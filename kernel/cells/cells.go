// Package cells is the seam between the kernel's messages and what cells are written in: plain Python now, cells about flows and other languages beside it.
//
// The kernel offers a cell to each [Runner] in turn; the first that claims it runs it. Questions go the same way.
package cells

import (
	"context"
	"encoding/json"
)

// Cell is one cell to run.
type Cell struct {
	ID           string // the frontend's name of the cell, empty where it has none
	Code         string
	Silent       bool
	StoreHistory bool
	AllowStdin   bool
	Count        int
	Expressions  map[string]string
	Parent       json.RawMessage // the header of the request
	Debug        Debugging       // nil when no frontend debugs
}

// Debugging is what lets a frontend debug the processes that a cell starts.
type Debugging interface {
	// File is the name of the file that a cell's text is in for the frontend: where its breakpoints are.
	File(code string) string
	// Environment are the variables by which a process finds the frontend; none when it debugs no longer.
	Environment() map[string]string
}

// Outcome is how a cell ended.
type Outcome struct {
	Status      string   // "ok" or "error"
	Name        string   // of the error
	Value       string   // its message
	Traceback   []string // as shown
	Payload     json.RawMessage
	Expressions json.RawMessage
}

// Output is where a cell shows what it has. Everything goes to all frontends, in the order of the calls.
type Output interface {
	// Stream prints; the name is stdout or stderr.
	Stream(name, text string)
	// Publish sends one of the messages about output: display_data, update_display_data, execute_result, clear_output, error.
	Publish(kind string, content any)
}

// Question is about code that is being written; the cursor counts characters.
type Question struct {
	Kind   string // "complete", "inspect" or "is_complete"
	Code   string
	Cursor int
	Detail int
}

// Runner runs cells of one kind.
type Runner interface {
	// Claims tells whether the cell is of this kind.
	Claims(code string) bool
	// Run runs a cell to its end. One cell runs at a time.
	Run(ctx context.Context, c Cell, out Output) Outcome
	// Interrupt ends the running cell. Asked again, it must not be polite.
	Interrupt(again bool)
	// Answer answers a question with a reply's content, also while a cell runs; nil when it is not about this kind of cell.
	Answer(ctx context.Context, q Question) (json.RawMessage, error)
}

// Failed is the outcome of a cell that could not run, and shows it.
func Failed(out Output, name, message string) Outcome {
	o := Outcome{Status: "error", Name: name, Value: message, Traceback: []string{name + ": " + message}}
	out.Publish("error", map[string]any{"ename": o.Name, "evalue": o.Value, "traceback": o.Traceback})
	return o
}
