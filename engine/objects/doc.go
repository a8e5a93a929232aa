// Package objects moves bytes to and from an object store: single requests, retried, and whole transfers in many parallel requests.
//
// [Requests] is what a kind of store has to be able to do, one network request a call; package s3client does it for S3 and what is compatible.
// A [Client] stands on it and adds all that is the same for every kind:
//
//   - Retries. What may pass (a connection that breaks, a throttled or failing server, bytes that arrive damaged, credentials that ran out) is tried
//     again with full jitter: each wait is anything between nothing and a bound that doubles. What cannot pass (no such object, access denied) is
//     an error at once. When a [Policy] is used up, the error says in words what was tried and for how long.
//   - Repeatability. Every write here may be repeated: a request that was carried out but whose answer was lost does no harm.
//   - Parallelism. Large objects go up in parts and come down in ranges, many small ones side by side; all share the client's slots. A download that
//     breaks goes on where it was; one whose object is replaced meanwhile starts anew.
//   - Progress, for a front to show.
//
// What an error means is its [Kind]; [Error.Remedy] is the way out.
package objects
