// Package cases runs the text cases of a group of rules.
//
// A case is a txtar archive in the package's testdata: the files of a small workspace with the flow in flow.py, and the
// findings as rendered text in want, which -update rewrites. Above the files stands what the case shows, and may stand
//
//	# options: target=argo, select=SP2
//
// which the package's judge reads with [Case.Option]. The name of a case says what it must find: sp203_x has findings of
// SP203 and no others, right_x has neither errors nor warnings; any other name promises nothing.
//
// A package runs all of it with one call of [Suite.Run], which also holds that the folder has cases, that every rule has
// one, and that every fix that is offered removes its finding and adds none.
package cases
