// Package gobinary builds the binary of a flow written in Go, by the user's own go command.
//
// A binary is kept in a cache, by the folder of its package, where the go command finds it again and leaves it alone when nothing has changed. A run must not get
// other code because somebody builds the flow anew in its middle, so each run gets a name for the binary of its own: a hard link that stands as long as the
// [Binary] is open. The next build removes those that nobody has open any more.
//
// What the compiler says against the code comes as an [*Error], fault by fault with its place, never as raw output.
package gobinary
