// Package batchserver plays AWS Batch over HTTP, for tests: queues, job definitions, and jobs whose containers are functions of the test.
//
// A job goes from SUBMITTED to RUNNABLE, STARTING and RUNNING as it is described or listed, and then its container runs. What a container needs to know
// is the job as it was submitted; what it returns is how it ended. Calls can be given faults: throttled, failing, broken before or after they were
// carried out, expired credentials. The server remembers what it was asked.
package batchserver
