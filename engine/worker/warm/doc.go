// Package warm gets workers from a keeper: a process in the background that has a flow imported already and forks itself
// (python/src/spindle/worker/warm). There is one per project folder, interpreter and user, found by a socket in a folder that is the user's alone.
//
// A keeper is never needed. Whatever goes wrong with it is an error of [Place.Launch] before the worker has said a word, and the caller starts a
// worker in the ordinary way.
package warm
