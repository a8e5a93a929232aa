// Package datatools serves the calls behind the S3 class of the SDK: a step's own transfers to and from S3, carried out here in parallel.
//
// A call names objects by URL and local files by absolute path; it answers with what became of each, in the order asked for. Which calls there are
// is in docs/task-protocol.md. Downloads appear under their name whole.
package datatools
