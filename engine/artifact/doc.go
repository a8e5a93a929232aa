// Package artifact is the local datastore: blobs stored by content, and the files that say what each task left.
//
// The tree and every file in it are Metaflow's, so that either side reads what the other wrote:
//
//	<root>/<flow>/data/<hh>/<key>          a blob: the pickled value, gzipped ("packed") or as is ("raw")
//	<root>/<flow>/data/<hh>/<key>_meta     its sidecar: which of the two
//	<root>/<flow>/<run>/<step>/<task>/     attempts, artifact tables, done markers, logs
//
// # Blobs
//
// A [Key] is the sha1 of a value's raw bytes. Every read is checked against it, and so is a blob that is found where one was
// to be written: a damaged one is reported to readers as [CorruptError] and rewritten by the next [Store.Put] of that value. What this
// process has checked or written it trusts for as long as device, inode, size, mtime and ctime of blob and sidecar stay the
// same.
//
// The sidecar is written before its blob: a raw blob never stands without a sidecar that says so, because readers take a blob
// without one for packed. Should a crash or a second writer leave a sidecar that contradicts the blob, a reader here tries the other form, and the
// next Put sets the sidecar right.
//
// Small values are packed as Metaflow packs them, and large ones that a sample shows to shrink by 40 percent or more. Other large ones are stored raw,
// and moved into place instead of copied where they are a file of their own on the same disk.
//
// # Tasks
//
// An attempt is begun by [Store.Begin], described by [Store.SaveData] and finished by [Store.MarkDone]. Nothing here syncs. The
// caller orders durability with the store's [disk.Group]:
//
//	Put…, SaveData, metadata    Commit    MarkDone    Commit
//
// so that a task marked done has all it speaks of, whatever happens. Every call may be repeated.
//
// Metaflow also leaves <attempt>.task_begin and <attempt>.task_end, which nothing reads; this package does not write them, nor
// logs without a line.
package artifact
