// Package rename gives a step or an artifact another name, in all files of the flows that have it.
//
// A [Change] edits the places that the index of names knows and no others. What it makes is tried on a preview of the workspace: a name is
// refused where the flows would not be the same ones under the new name, or where the change would bring new findings. What can't be renamed for
// sure is refused with a reason, as a name that is changed in some places only is worse than one that stays.
package rename
