// Package effective works out the values of a flow's configs from what was given for them.
//
// A config's value comes from files in layers, each merged over the one before: objects key by key, anything else as a
// whole. Values that are set one by one come on top. Where a file asks for it ("$interpolate": true), ${env:NAME} and
// ${config.key} in its texts are replaced. At last the value is held against the JSON Schemas of its files: one that the
// file names as "$schema", or NAME.schema.json beside it.
//
// A file in which nothing asks for any of this means what it means in Metaflow. What code of the user's makes of a text,
// a parser or plain=True, is not looked into.
//
// All that is wrong is found at once, as findings with the place in the file. What was given on the command line or in
// the environment has no place but its name.
package effective
