// Package remote tests tasks elsewhere as they are used: whole flows whose steps run in containers. A container is an empty environment and an empty folder
// in which the bootstrap's command is executed, with a plain Python; the store is a real S3 server.
package remote
