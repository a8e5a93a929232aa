// Package deploy puts variants of flows on schedulers: what would change, and the change itself.
//
//   - [Deployment] is a variant made ready: the flow as its source and as Python tell it, its settings, its code. All that is sent follows from it.
//   - [Target] is a scheduler. It turns a deployment into documents, offline, and puts them in place.
package deploy
