// Package codepackage makes the archive of a flow's code that is sent to other machines, and reads those that were.
//
// What is in it, as in Metaflow's (layout 1): the files of the flow's folder that have one of the suffixes at the top level, the SDK in .mf_code, what is
// known of the surroundings in .mf_meta, and .mf_install, which says that the layout is this one. Metaflow's client reads it, and Metaflow's
// own packages are read here.
//
// A flow in Go has its program in .mf_code/flow, built for the machines it may run on (linux-amd64, linux-arm64), in place of the SDK; its sources are there for the
// record.
//
// The same files make the same bytes, whenever and in whatever order they were written: names are sorted, times, owners and all of the modes but the
// right to execute are left out. So the archive is kept under the hash of its content, and sent once.
package codepackage
