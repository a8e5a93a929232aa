// Package s3 holds the tests of runs whose values are in S3, with the built binary, a real server and the real metaflow: either reads what the
// other wrote, every verb works there, faults of the network cost nothing but time, and errors say a way out.
package s3
