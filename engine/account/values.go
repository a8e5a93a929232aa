package account

import (
	"bytes"
	"context"
	"errors"

	"github.com/spindle-flow/spindle/engine/objects"
)

// values writes a small object below the root, reads it and removes it again: a policy may allow any of these alone.
func (c Config) values(ctx context.Context) Finding {
	f := Finding{What: "values", Setting: RootVariable, Value: c.Root}
	if c.Root == "" {
		f.State, f.Text, f.Remedy = Missing, "nothing says where in S3 values go, and Batch needs them there", "set it to s3://bucket/prefix"
		return f
	}
	root, err := objects.Parse(c.Root)
	if err != nil {
		f.State, f.Text, f.Remedy = Wrong, err.Error(), "set it to s3://bucket/prefix"
		return f
	}
	if err := c.tryValues(ctx, root); err != nil {
		f.State, f.Text = Wrong, err.Error()
		var failed *objects.Error
		if errors.As(err, &failed) {
			f.Remedy = failed.Remedy()
		}
		return f
	}
	f.State, f.Text = OK, "can be listed, written, read and deleted"
	return f
}

func (c Config) tryValues(ctx context.Context, root objects.Place) error {
	client := c.Objects.With(objects.Brisk)
	if err := client.Check(ctx, root.Bucket); err != nil {
		return err
	}
	p, text := root.Join("spindle/configure/"+c.Nonce), []byte("written by spindle configure")
	if err := client.Put(ctx, p, text, objects.PutOptions{}); err != nil {
		return err
	}
	got, _, err := client.Bytes(ctx, p)
	if err == nil && !bytes.Equal(got, text) {
		err = errors.New("what is read is not what was written")
	}
	return errors.Join(err, client.Delete(context.WithoutCancel(ctx), p.Bucket, []string{p.Key}))
}
