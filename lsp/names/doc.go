// Package names knows every place of a flow's source that names something of the flow: a step, an artifact, a key of a config, a
// decorator, an argument of one.
//
// An [Index] is made once for a flow and answers what stands at a place and where else the same thing is named. It knows nothing of editors.
package names
