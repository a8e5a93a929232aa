package s3client

import (
	"context"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/spindle-flow/spindle/engine/objects"
)

// Head describes an object.
func (c *Client) Head(ctx context.Context, p objects.Place) (objects.Info, error) {
	out, err := c.s3.HeadObject(ctx, &s3.HeadObjectInput{Bucket: &p.Bucket, Key: &p.Key}, c.where(p.Bucket))
	if err != nil {
		return objects.Info{}, c.failed(ctx, "look up", p, err)
	}
	return objects.Info{
		Place: p, Size: aws.ToInt64(out.ContentLength), ETag: aws.ToString(out.ETag), Modified: aws.ToTime(out.LastModified),
		Attributes: objects.Attributes{
			ContentType: aws.ToString(out.ContentType), Encryption: string(out.ServerSideEncryption), Meta: lower(out.Metadata),
		},
	}, nil
}

// lower gives names the case they were sent in: some servers answer with that of headers.
func lower(meta map[string]string) map[string]string {
	out := make(map[string]string, len(meta))
	for name, value := range meta {
		out[strings.ToLower(name)] = value
	}
	return out
}

// Get opens a part of an object.
func (c *Client) Get(ctx context.Context, p objects.Place, r objects.Range, etag string) (objects.Body, error) {
	in := &s3.GetObjectInput{Bucket: &p.Bucket, Key: &p.Key}
	if h := r.Header(); h != "" {
		in.Range = &h
	}
	if etag != "" {
		in.IfMatch = &etag
	}
	out, err := c.s3.GetObject(ctx, in, c.where(p.Bucket))
	if err != nil {
		err = c.failed(ctx, "read", p, err)
		if e, ok := err.(*objects.Error); ok && e.Kind == objects.Exists { // a condition that did not hold
			e.Kind = objects.Changed
		}
		return objects.Body{}, err
	}
	length := aws.ToInt64(out.ContentLength)
	b := objects.Body{
		ReadCloser: body{out.Body, ctx, c, p}, Length: length,
		Info: objects.Info{
			Place: p, Size: length, ETag: aws.ToString(out.ETag), Modified: aws.ToTime(out.LastModified),
			Attributes: objects.Attributes{
				ContentType: aws.ToString(out.ContentType), Encryption: string(out.ServerSideEncryption), Meta: lower(out.Metadata),
			},
		},
	}
	if in.Range != nil {
		b.Offset, b.Size = parseContentRange(aws.ToString(out.ContentRange), length)
	}
	return b, nil
}

// parseContentRange reads "bytes 5-9/20".
func parseContentRange(text string, length int64) (offset, size int64) {
	span, total, _ := strings.Cut(strings.TrimPrefix(text, "bytes "), "/")
	from, _, _ := strings.Cut(span, "-")
	offset, errOffset := strconv.ParseInt(from, 10, 64)
	size, errSize := strconv.ParseInt(total, 10, 64)
	if errOffset != nil || errSize != nil {
		return 0, length
	}
	return offset, size
}

// List gives one page of the keys that begin with p's.
func (c *Client) List(ctx context.Context, p objects.Place, opts objects.ListOptions) (objects.Page, error) {
	in := &s3.ListObjectsV2Input{Bucket: &p.Bucket}
	if p.Key != "" {
		in.Prefix = &p.Key
	}
	if opts.Folders {
		in.Delimiter = aws.String("/")
	}
	if opts.Token != "" {
		in.ContinuationToken = &opts.Token
	}
	if opts.Max > 0 {
		in.MaxKeys = aws.Int32(int32(opts.Max))
	}
	out, err := c.s3.ListObjectsV2(ctx, in, c.where(p.Bucket))
	if err != nil {
		return objects.Page{}, c.failed(ctx, "list", p, err)
	}
	page := objects.Page{Objects: make([]objects.Info, len(out.Contents))}
	for i, o := range out.Contents {
		page.Objects[i] = objects.Info{
			Place: objects.Place{Bucket: p.Bucket, Key: aws.ToString(o.Key)}, Size: aws.ToInt64(o.Size),
			ETag: aws.ToString(o.ETag), Modified: aws.ToTime(o.LastModified),
		}
	}
	for _, prefix := range out.CommonPrefixes {
		page.Folders = append(page.Folders, aws.ToString(prefix.Prefix))
	}
	if aws.ToBool(out.IsTruncated) {
		page.Next = aws.ToString(out.NextContinuationToken)
	}
	return page, nil
}

// Check asks for the bucket itself. A listing names what is wrong; the answer to a HEAD has no text.
func (c *Client) Check(ctx context.Context, bucket string) error {
	p := objects.Place{Bucket: bucket}
	_, err := c.s3.ListObjectsV2(ctx, &s3.ListObjectsV2Input{Bucket: &bucket, MaxKeys: aws.Int32(1)}, c.where(bucket))
	return c.failed(ctx, "open", p, err)
}
