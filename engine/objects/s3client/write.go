package s3client

import (
	"context"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"net/url"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/spindle-flow/spindle/engine/objects"
)

// Put writes an object whole.
func (c *Client) Put(ctx context.Context, p objects.Place, body io.ReadSeeker, size int64, opts objects.PutOptions) (string, error) {
	sum, err := checksum(body)
	if err != nil {
		return "", err
	}
	in := &s3.PutObjectInput{
		Bucket: &p.Bucket, Key: &p.Key, Body: body, ContentLength: &size, ChecksumCRC32: &sum, Metadata: opts.Meta,
		ServerSideEncryption: types.ServerSideEncryption(opts.Encryption), ContentType: contentType(opts.Attributes),
	}
	if opts.IfNone {
		in.IfNoneMatch = aws.String("*")
	}
	if opts.IfMatch != "" {
		in.IfMatch = &opts.IfMatch
	}
	out, err := c.s3.PutObject(ctx, in, c.where(p.Bucket))
	if err != nil {
		return "", c.failed(ctx, "write", p, err)
	}
	return aws.ToString(out.ETag), nil
}

// contentType is that of an object of which nothing is known, as S3 has it; the SDK would say something else.
func contentType(a objects.Attributes) *string {
	if a.ContentType == "" {
		return aws.String("binary/octet-stream")
	}
	return &a.ContentType
}

// checksum reads a body through, and goes back.
func checksum(body io.ReadSeeker) (string, error) {
	h := crc32.NewIEEE()
	if _, err := io.Copy(h, body); err != nil {
		return "", fmt.Errorf("read what is to be written: %w", err)
	}
	if _, err := body.Seek(0, io.SeekStart); err != nil {
		return "", fmt.Errorf("read what is to be written: %w", err)
	}
	return base64.StdEncoding.EncodeToString(binary.BigEndian.AppendUint32(nil, h.Sum32())), nil
}

// Touch copies an object onto itself.
func (c *Client) Touch(ctx context.Context, info objects.Info) error {
	p := info.Place
	in := &s3.CopyObjectInput{
		Bucket: &p.Bucket, Key: &p.Key, CopySource: aws.String(p.Bucket + "/" + strings.ReplaceAll(url.QueryEscape(p.Key), "+", "%20")),
		MetadataDirective: types.MetadataDirectiveReplace, Metadata: info.Meta, ServerSideEncryption: types.ServerSideEncryption(info.Encryption),
	}
	if info.ContentType != "" {
		in.ContentType = &info.ContentType
	}
	_, err := c.s3.CopyObject(ctx, in, c.where(p.Bucket))
	return c.failed(ctx, "touch", p, err)
}

// Delete removes objects of one bucket.
func (c *Client) Delete(ctx context.Context, bucket string, keys []string) error {
	if len(keys) == 0 {
		return nil
	}
	ids := make([]types.ObjectIdentifier, len(keys))
	for i := range keys {
		ids[i].Key = &keys[i]
	}
	p := objects.Place{Bucket: bucket, Key: keys[0]}
	out, err := c.s3.DeleteObjects(ctx, &s3.DeleteObjectsInput{Bucket: &bucket, Delete: &types.Delete{Objects: ids, Quiet: aws.Bool(true)}}, c.where(bucket))
	if err != nil {
		return c.failed(ctx, "delete", p, err)
	}
	for _, e := range out.Errors {
		code := aws.ToString(e.Code)
		return &objects.Error{
			Op: "delete", Place: objects.Place{Bucket: bucket, Key: aws.ToString(e.Key)}, Kind: kinds[code], Code: code, Endpoint: c.endpoint,
			Err: fmt.Errorf("%s", aws.ToString(e.Message)),
		}
	}
	return nil
}
