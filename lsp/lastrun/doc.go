// Package lastrun reads what an editor shows of the newest run of a flow: how it ended, how long each step took, and short forms of
// the values it left.
//
// It only reads the store, and unpickles nothing but plain values, by the closed decoder of [plain]. What it has read of a run that is over is kept, as
// such a run does not change; one that is under way is looked at again after a moment.
package lastrun
