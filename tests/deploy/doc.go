// Package deploy tests deployments as whole commands against moto, without containers: the workflows of docs/deploy/ci are executed as their services would, on
// the project of examples/demand.
package deploy
