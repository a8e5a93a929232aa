// Package s3client sends the requests of package objects to S3, or to what is compatible with it.
//
// It uses no more of the AWS SDK than requests, signatures and where credentials come from: retries and transfers are those of package objects.
// What is sent carries its CRC-32 in a plain header, which servers verify that know it and others ignore, and is not hashed a second time for the
// signature. A connection on which nothing moves for a while is given up.
package s3client
