// Package s3server starts a real S3 server for tests, and a proxy before it that has faults.
//
// The server is versitygw, or MinIO where SPINDLE_TEST_S3 says so, built once from its exact version into build/bin. A test that needs it where it cannot be
// built is skipped with the reason.
// Each [Server] has a folder and a port of its own and ends with its test.
package s3server
