// Package cache keeps values that were fetched from afar in a folder, below a limit.
//
// A value's file is named by its key, the sha1 of its content, so it never changes and stores of every place can share one folder; so can any
// number of processes. A file appears under its name whole, by a rename. [Cache.Path] notes the use in the file's access time; when the folder has
// grown over its limit, what was used longest ago is removed, but nothing that was used in the last minutes: who was given a path has that long to
// open it. Losing the folder loses nothing but time.
//
// A file is trusted in the process that wrote or checked it, as long as it does not change; otherwise its content is hashed once more.
package cache
