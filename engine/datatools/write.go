package datatools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/spindle-flow/spindle/engine/objects"
)

// upload is an object to write, from a file.
type upload struct {
	URL         string            `json:"url"`
	Path        string            `json:"path"`
	ContentType string            `json:"content_type"`
	Encryption  string            `json:"encryption"`
	Metadata    map[string]string `json:"metadata"`
}

// put answers for each object whether it was written.
func (s *Server) put(ctx context.Context, args json.RawMessage) (any, error) {
	var a struct {
		Items     []upload `json:"items"`
		Overwrite bool     `json:"overwrite"`
	}
	if err := decode(args, &a); err != nil {
		return nil, err
	}
	client, err := s.Objects()
	if err != nil {
		return nil, err
	}
	return each(ctx, a.Items, func(ctx context.Context, u upload) (bool, error) { return u.send(ctx, client, a.Overwrite) })
}

func (u upload) send(ctx context.Context, client *objects.Client, overwrite bool) (written bool, err error) {
	p, err := object(u.URL)
	if err != nil {
		return false, err
	}
	if !filepath.IsAbs(u.Path) {
		return false, &Error{Kind: InvalidCall, Message: fmt.Sprintf("%q is not an absolute path", u.Path)}
	}
	f, err := os.Open(u.Path)
	if errors.Is(err, os.ErrNotExist) {
		return false, &Error{Kind: NotFound, Message: fmt.Sprintf("Local file not found: %s", u.Path), Err: err}
	}
	if err != nil {
		return false, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return false, err
	}
	opts := objects.PutOptions{Attributes: objects.Attributes{ContentType: u.ContentType, Encryption: u.Encryption, Meta: u.Metadata}}
	if !overwrite {
		return client.PutNew(ctx, p, f, info.Size(), opts)
	}
	return true, client.Upload(ctx, p, f, info.Size(), opts)
}
