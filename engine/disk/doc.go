// Package disk writes files so that they survive: whole files under their final names, and syncs shared by all who wait.
//
// # Whole files
//
// [WriteFile], [WriteNew] and the methods of [Group] write a temporary file beside the target and rename it. A reader sees
// the old content or the new, never a part; a full disk or a crash leaves no half file under the final name, at worst a
// ".tmp-" file, which no reader lists.
//
// # Durability
//
// A write is on stable storage when a [Group.Commit] that started after it has returned nil. Commit is a group commit:
// at most one sync is running and at most one is waiting, and everybody who calls meanwhile shares the waiting one.
// What must not be seen before something else goes in two commits:
//
//	write blobs, data, metadata    Commit    write the done marker    Commit
//
// so that whoever finds the marker after a power loss finds all it speaks of.
//
// On Linux 5.8 and later a sync is one syncfs of the filesystem that holds the group's root, which reports failed
// write-backs since the group was made. Elsewhere, and where syncfs is refused, it is an fsync of every file and
// directory written through the group since the last commit; there the package functions, which know no group, sync what
// they write themselves. Directories below the root that are mount points of other filesystems are not covered by syncfs.
//
// A failed sync is final: the kernel forgets the pages it could not write, so a later success would prove nothing. The
// group keeps failing with the first error.
//
// # Failpoints
//
// [Fail] marks the places where a crash must be harmless. See [EnableFailpoints].
package disk
