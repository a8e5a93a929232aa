// Package batch tests whole runs on AWS Batch with the real binary: a server of the tests' own plays Batch (package batchserver), and its containers are
// processes in empty surroundings that run what a container would, against a real S3 server. Real containers, on moto and Docker, are in the tests
// with the build tag e2e.
package batch
