package s3client

import (
	"context"
	"io"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/spindle-flow/spindle/engine/objects"
)

// StartUpload begins an upload in parts.
func (c *Client) StartUpload(ctx context.Context, p objects.Place, a objects.Attributes) (string, error) {
	in := &s3.CreateMultipartUploadInput{
		Bucket: &p.Bucket, Key: &p.Key, Metadata: a.Meta, ServerSideEncryption: types.ServerSideEncryption(a.Encryption),
		ChecksumAlgorithm: types.ChecksumAlgorithmCrc32, ContentType: contentType(a),
	}
	out, err := c.s3.CreateMultipartUpload(ctx, in, c.where(p.Bucket))
	if err != nil {
		return "", c.failed(ctx, "write", p, err)
	}
	return aws.ToString(out.UploadId), nil
}

// PutPart sends one part. Sent twice, the later one counts.
func (c *Client) PutPart(ctx context.Context, p objects.Place, upload string, number int, body io.ReadSeeker, size int64) (objects.Part, error) {
	sum, err := checksum(body)
	if err != nil {
		return objects.Part{}, err
	}
	out, err := c.s3.UploadPart(ctx, &s3.UploadPartInput{
		Bucket: &p.Bucket, Key: &p.Key, UploadId: &upload, PartNumber: aws.Int32(int32(number)), Body: body, ContentLength: &size, ChecksumCRC32: &sum,
	}, c.where(p.Bucket))
	if err != nil {
		return objects.Part{}, c.failed(ctx, "write", p, err)
	}
	return objects.Part{Number: number, ETag: aws.ToString(out.ETag), Checksum: aws.ToString(out.ChecksumCRC32)}, nil
}

// FinishUpload makes the parts the object.
func (c *Client) FinishUpload(ctx context.Context, p objects.Place, upload string, parts []objects.Part, opts objects.PutOptions) (string, error) {
	done := make([]types.CompletedPart, len(parts))
	for i, part := range parts {
		done[i] = types.CompletedPart{PartNumber: aws.Int32(int32(part.Number)), ETag: aws.String(part.ETag)}
		if part.Checksum != "" {
			done[i].ChecksumCRC32 = aws.String(part.Checksum)
		}
	}
	in := &s3.CompleteMultipartUploadInput{Bucket: &p.Bucket, Key: &p.Key, UploadId: &upload, MultipartUpload: &types.CompletedMultipartUpload{Parts: done}}
	if opts.IfNone {
		in.IfNoneMatch = aws.String("*")
	}
	out, err := c.s3.CompleteMultipartUpload(ctx, in, c.where(p.Bucket))
	if err != nil {
		return "", c.failed(ctx, "write", p, err)
	}
	return aws.ToString(out.ETag), nil
}

// AbortUpload lets go of an upload and its parts.
func (c *Client) AbortUpload(ctx context.Context, p objects.Place, upload string) error {
	_, err := c.s3.AbortMultipartUpload(ctx, &s3.AbortMultipartUploadInput{Bucket: &p.Bucket, Key: &p.Key, UploadId: &upload}, c.where(p.Bucket))
	return c.failed(ctx, "abandon", p, err)
}
