package artifact

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"runtime"

	"github.com/klauspost/pgzip"

	"github.com/spindle-flow/spindle/engine/objects"
)

// metaName is the user metadata in which Metaflow keeps what it says of an object.
const metaName = "metaflow-user-attributes"

func attributesOf(f form) objects.PutOptions {
	return objects.PutOptions{Attributes: objects.Attributes{Meta: map[string]string{metaName: string(f.sidecarText())}}}
}

// formOf says what form a blob is said to have. What cannot be understood is tried as packed first.
func formOf(info objects.Info) form {
	text, ok := info.Meta[metaName]
	if !ok {
		return packed
	}
	f, _, _ := parseSidecar([]byte(text))
	return f
}

func (s *remote) put(ctx context.Context, flow string, span Span) (Key, error) {
	f, err := os.Open(span.File)
	if err != nil {
		return "", err
	}
	if span.Size < largeSize {
		defer f.Close()
		value := make([]byte, span.Size)
		if _, err := f.ReadAt(value, span.Offset); err != nil {
			return "", spanError(span, err)
		}
		return s.putBytes(ctx, flow, value)
	}
	key, under, err := s.putLarge(ctx, flow, f, span)
	if !under {
		err = errors.Join(err, f.Close())
	}
	return key, err
}

// putBytes stores a small value in one request, whether it is there or not: asking first would take as long, and a damaged one is mended.
func (s *remote) putBytes(_ context.Context, flow string, value []byte) (Key, error) {
	key := KeyOf(value)
	p, err := s.blob(flow, key)
	if err != nil {
		return "", err
	}
	if s.isKnown(flow, key) || s.writes.busy(p.Key) {
		return key, nil
	}
	var body bytes.Buffer
	if err := pack(&body, value); err != nil {
		return "", err
	}
	return key, s.writes.start(p.Key, func(ctx context.Context) error {
		if err := s.Client.Put(ctx, p, body.Bytes(), attributesOf(packed)); err != nil {
			return err
		}
		s.know(flow, key)
		s.keep(key, bytes.NewReader(value))
		return nil
	})
}

// putLarge hashes a value, and sends it if it is not there. The file belongs to the upload if one is under way.
func (s *remote) putLarge(ctx context.Context, flow string, f *os.File, span Span) (key Key, under bool, err error) {
	id, err := identifyFile(f)
	if err != nil {
		return "", false, err
	}
	src := source{File: f, span: span, id: id}
	if key, err = src.hash(ctx); err != nil {
		return "", false, err
	}
	p, err := s.blob(flow, key)
	if err != nil {
		return "", false, err
	}
	if s.isKnown(flow, key) || s.writes.busy(p.Key) {
		return key, false, nil
	}
	compressible, err := sample(f, span)
	if err != nil {
		return "", false, err
	}
	err = s.writes.start(p.Key, func(ctx context.Context) (err error) {
		defer func() { err = errors.Join(err, f.Close()) }()
		if done, err := s.found(ctx, flow, key, span.Size); done || err != nil {
			return err
		}
		send := s.sendRaw
		if compressible {
			send = s.sendPacked
		}
		if err := send(ctx, p, src); err != nil {
			return err
		}
		if err := src.untouched(); err != nil {
			return errors.Join(err, s.Client.Delete(ctx, p.Bucket, []string{p.Key}))
		}
		s.know(flow, key)
		if s.Cache.Fits(span.Size) {
			s.keep(key, src.reader())
		}
		return nil
	})
	return key, true, err
}

// untouched is unchanged for a file that may have been removed meanwhile.
func (src source) untouched() error {
	now, err := identifyFile(src.File)
	if err == nil && !now.sameContent(src.id) {
		err = fmt.Errorf("file %q changed while it was stored", src.span.File)
	}
	return err
}

// found says whether the store has the blob already, and makes it new if it is old. size is the value's, negative where it is not known.
func (s *remote) found(ctx context.Context, flow string, key Key, size int64) (bool, error) {
	p, err := s.blob(flow, key)
	if err != nil {
		return false, err
	}
	info, err := s.Client.Head(ctx, p)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if size >= 0 && formOf(info) == raw && info.Size != size {
		return false, nil
	}
	if s.now().Sub(info.Modified) > Fresh/2 {
		if err := s.Client.Touch(ctx, info); err != nil {
			return false, nil //nolint:nilerr // too large to copy, gone meanwhile, not allowed: it is written again
		}
	}
	s.know(flow, key)
	return true, nil
}

func (s *remote) has(ctx context.Context, flow string, key Key) (bool, error) {
	p, err := s.blob(flow, key)
	if err != nil {
		return false, err
	}
	if s.isKnown(flow, key) || s.writes.busy(p.Key) {
		return true, nil
	}
	return s.found(ctx, flow, key, -1)
}

func (s *remote) sendRaw(ctx context.Context, p objects.Place, src source) error {
	return s.Client.Upload(ctx, p, io.NewSectionReader(src.File, src.span.Offset, src.span.Size), src.span.Size, attributesOf(raw))
}

// sendPacked compresses to a file first: how long it is has to be said before it is sent. One value at a time, on all cores.
func (s *remote) sendPacked(ctx context.Context, p objects.Place, src source) error {
	f, err := s.Cache.Temp()
	if err != nil {
		return err
	}
	defer s.Cache.Drop(f)
	size, err := s.packTo(ctx, f, src)
	if err != nil {
		return err
	}
	return s.Client.Upload(ctx, p, f, size, attributesOf(packed))
}

func (s *remote) packTo(ctx context.Context, f *os.File, src source) (int64, error) {
	s.packing <- struct{}{}
	defer func() { <-s.packing }()
	z, err := pgzip.NewWriterLevel(f, largePackLevel)
	if err != nil {
		return 0, err
	}
	if err := z.SetConcurrency(packBlock, runtime.GOMAXPROCS(0)+1); err != nil {
		return 0, err
	}
	_, err = copyContext(ctx, z, src.reader())
	if err = errors.Join(err, z.Close()); err != nil {
		return 0, err
	}
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func (s *remote) isKnown(flow string, key Key) bool {
	sum, err := key.sum()
	if err != nil {
		return false
	}
	at, ok := s.known.load(blobID{flow, sum})
	return ok && s.now().Sub(at) < Fresh
}

func (s *remote) know(flow string, key Key) {
	sum, err := key.sum()
	if err == nil {
		s.known.store(blobID{flow, sum}, s.now(), 1)
	}
}

// keep puts a value that was just written into the cache: the next step will want it. Without it, it is fetched.
func (s *remote) keep(key Key, value io.Reader) {
	f, err := s.Cache.Temp()
	if err != nil {
		return
	}
	size, err := io.Copy(f, value)
	if err != nil || !s.Cache.Fits(size) {
		s.Cache.Drop(f)
		return
	}
	_, _ = s.Cache.Keep(f, string(key))
}
