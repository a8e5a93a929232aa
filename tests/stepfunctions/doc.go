// Package stepfunctions uses the verbs of step-functions from the command line, side by side with the real metaflow's, against moto: what one has deployed the other
// starts, lists, ends and deletes, and refuses to touch without the production token.
package stepfunctions
