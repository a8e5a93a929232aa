// Package targets holds the rules SP5xx: what a flow asks for that the scheduler or compute it is meant for can't do.
//
// [Check] judges a flow for the targets that are named; without any it finds nothing. [Known] tells whether there is such a
// target. An error is what the real Metaflow refuses when it deploys the flow there, or what the target itself refuses; a warning is
// what it silently leaves out, or what an option of the deployment can mend.
package targets
