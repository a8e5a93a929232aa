package datatools

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/spindle-flow/spindle/engine/objects"
)

// atOnce is how many objects of a call are worked on at a time; their requests share the client's slots.
const atOnce = 64

// found is an object of an answer. One that is missing has only its URL.
type found struct {
	URL         string            `json:"url"`
	Prefix      string            `json:"prefix,omitempty"` // the URL it was found below
	Missing     bool              `json:"missing,omitempty"`
	Path        string            `json:"path,omitempty"`
	Size        *int64            `json:"size"` // null for a prefix
	ContentType *string           `json:"content_type"`
	Encryption  *string           `json:"encryption"`
	Metadata    map[string]string `json:"metadata"`
	Modified    *float64          `json:"last_modified"` // seconds
	Range       []int64           `json:"range"`         // total, offset, length
}

func text(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

func describe(url string, info objects.Info) found {
	modified := float64(info.Modified.Unix())
	return found{
		URL: url, Size: &info.Size, ContentType: text(info.ContentType), Encryption: text(info.Encryption), Metadata: info.Meta, Modified: &modified,
	}
}

// wanted is an object asked for.
type wanted struct {
	URL    string `json:"url"`
	Offset *int64 `json:"offset"`
	Length *int64 `json:"length"`

	prefix string
}

// span is the range asked for.
func (w wanted) span() objects.Range {
	r := objects.Whole
	if w.Offset != nil {
		r.Offset = *w.Offset
	}
	if w.Length != nil {
		r.Length = *w.Length
	}
	return r
}

func (s *Server) get(ctx context.Context, args json.RawMessage) (any, error) {
	var a struct {
		Dir       string   `json:"dir"`
		Items     []wanted `json:"items"`
		Missing   bool     `json:"missing"`   // a missing object is no error
		Recursive bool     `json:"recursive"` // the items are prefixes
	}
	if err := decode(args, &a); err != nil {
		return nil, err
	}
	if !filepath.IsAbs(a.Dir) {
		return nil, &Error{Kind: InvalidCall, Message: fmt.Sprintf("%q is not the absolute path of a folder", a.Dir)}
	}
	client, err := s.Objects()
	if err != nil {
		return nil, err
	}
	if a.Recursive {
		if a.Items, err = below(ctx, client, a.Items); err != nil {
			return nil, err
		}
	}
	return each(ctx, a.Items, func(ctx context.Context, w wanted) (found, error) {
		f, err := download(ctx, client, a.Dir, w)
		if a.Missing && objects.KindOf(err) == objects.NotFound {
			return found{URL: w.URL, Missing: true}, nil
		}
		return f, err
	})
}

// each works on many items at once and answers in their order. The first error in their order ends it.
func each[In, Out any](ctx context.Context, items []In, work func(context.Context, In) (Out, error)) ([]Out, error) {
	out := make([]Out, len(items))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for i, item := range items {
		g.Go(func() (err error) {
			out[i], err = work(ctx, item)
			return err
		})
	}
	return out, g.Wait()
}

// below are all objects whose keys begin as those of the items do.
func below(ctx context.Context, client *objects.Client, items []wanted) ([]wanted, error) {
	lists, err := each(ctx, items, func(ctx context.Context, w wanted) (list []wanted, err error) {
		p, err := prefix(w.URL)
		if err != nil {
			return nil, err
		}
		err = client.List(ctx, p, false, func(page objects.Page) error {
			for _, o := range page.Objects {
				list = append(list, wanted{URL: o.Place.String(), prefix: w.URL})
			}
			return nil
		})
		return list, err
	})
	if err != nil {
		return nil, err
	}
	var all []wanted
	for _, list := range lists {
		all = append(all, list...)
	}
	return all, nil
}

// download fetches one object to a new file in dir, whose name ends like the object's.
func download(ctx context.Context, client *objects.Client, dir string, w wanted) (result found, err error) {
	p, err := object(w.URL)
	if err != nil {
		return found{}, err
	}
	f, err := os.CreateTemp(dir, "*-"+leaf(p.Key))
	if err != nil {
		return found{}, err
	}
	defer func() {
		if err = errors.Join(err, f.Close()); err != nil {
			_ = os.Remove(f.Name())
		}
	}()
	got, err := client.Download(ctx, p, w.span(), f)
	if err != nil {
		return found{}, err
	}
	if err := f.Truncate(got.Length); err != nil {
		return found{}, err
	}
	result = describe(w.URL, got.Info)
	result.Prefix, result.Path, result.Range = w.prefix, f.Name(), []int64{got.Size, got.Offset, got.Length}
	result.Size = &got.Length
	return result, nil
}

// leaf is the end of a key, fit for a file's name.
func leaf(key string) string {
	const most = 100
	name := strings.Map(func(r rune) rune {
		if r == '*' || r == filepath.Separator || r < ' ' {
			return '_'
		}
		return r
	}, path.Base(key))
	if len(name) > most {
		name = strings.ToValidUTF8(name[len(name)-most:], "")
	}
	return name
}

func (s *Server) info(ctx context.Context, args json.RawMessage) (any, error) {
	var a struct {
		URLs    []string `json:"urls"`
		Missing bool     `json:"missing"`
	}
	if err := decode(args, &a); err != nil {
		return nil, err
	}
	client, err := s.Objects()
	if err != nil {
		return nil, err
	}
	return each(ctx, a.URLs, func(ctx context.Context, url string) (found, error) {
		p, err := object(url)
		if err != nil {
			return found{}, err
		}
		info, err := client.Head(ctx, p)
		if a.Missing && objects.KindOf(err) == objects.NotFound {
			return found{URL: url, Missing: true}, nil
		}
		return describe(url, info), err
	})
}

func (s *Server) list(ctx context.Context, args json.RawMessage) (any, error) {
	var a struct {
		URLs      []string `json:"urls"`
		Recursive bool     `json:"recursive"`
	}
	if err := decode(args, &a); err != nil {
		return nil, err
	}
	client, err := s.Objects()
	if err != nil {
		return nil, err
	}
	lists, err := each(ctx, a.URLs, func(ctx context.Context, url string) ([]found, error) { return listOne(ctx, client, url, a.Recursive) })
	if err != nil {
		return nil, err
	}
	all := []found{}
	for _, list := range lists {
		all = append(all, list...)
	}
	return all, nil
}

// listOne lists what is below a URL, which is taken for a folder's.
func listOne(ctx context.Context, client *objects.Client, url string, recursive bool) (list []found, err error) {
	p, err := prefix(url)
	if err != nil {
		return nil, err
	}
	if p.Key != "" && !strings.HasSuffix(p.Key, "/") {
		p.Key += "/"
	}
	err = client.List(ctx, p, !recursive, func(page objects.Page) error {
		for _, o := range page.Objects {
			list = append(list, found{URL: o.Place.String(), Prefix: url, Size: &o.Size})
		}
		for _, folder := range page.Folders {
			list = append(list, found{URL: objects.Place{Bucket: p.Bucket, Key: folder}.String(), Prefix: url})
		}
		return nil
	})
	return list, err
}
