// Package scheduled tests tasks of deployments as they are used: whole flows whose steps run in containers, with no engine around. A container is an empty
// environment and an empty folder in which the bootstrap's command is executed with a plain Python; the store is a real S3 server, the metadata is in a service.
// What starts the containers is a scheduler that does what a state machine does and knows no more: the document, exit codes, and what tasks leave for it.
package scheduled
