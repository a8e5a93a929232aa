// Package account says whether what a profile names is there and may be used: the place for values in S3, the Batch queue, the roles of its jobs, the
// metadata service.
//
// A check is a question to the account, and its answer one [Finding]: what was looked at, whether it will do, and the way out where it will not. What
// these credentials may not look up is [Unknown], which is not a fault: a job's role, say, is often hidden from those who submit jobs.
package account
