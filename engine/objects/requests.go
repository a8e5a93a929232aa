package objects

import (
	"context"
	"io"
)

// Requests are the requests a kind of store can be sent. Each call is one try of one request; errors are [*Error] with a Kind. Implementations are safe
// for concurrent use.
type Requests interface {
	// Head describes an object.
	Head(ctx context.Context, p Place) (Info, error)
	// Get opens a part of an object. etag, when not empty, is that which the object must still have ([Changed] otherwise). The range is what
	// the store gives, of an object whose size is in the Info.
	Get(ctx context.Context, p Place, r Range, etag string) (Body, error)
	// Put writes an object whole.
	Put(ctx context.Context, p Place, body io.ReadSeeker, size int64, opts PutOptions) (etag string, err error)
	// Touch makes an object new without changing it.
	Touch(ctx context.Context, info Info) error
	// Delete removes objects of one bucket, at most a thousand. One that is not there is no error.
	Delete(ctx context.Context, bucket string, keys []string) error
	// List gives one page of the keys that begin with p's.
	List(ctx context.Context, p Place, opts ListOptions) (Page, error)
	// Check asks for the bucket itself.
	Check(ctx context.Context, bucket string) error

	StartUpload(ctx context.Context, p Place, a Attributes) (upload string, err error)
	PutPart(ctx context.Context, p Place, upload string, number int, body io.ReadSeeker, size int64) (Part, error)
	FinishUpload(ctx context.Context, p Place, upload string, parts []Part, opts PutOptions) (etag string, err error)
	AbortUpload(ctx context.Context, p Place, upload string) error

	// Renew forgets credentials that have run out.
	Renew()
}

// PutOptions say how an object is written.
type PutOptions struct {
	Attributes
	// IfNone writes only where there is no object yet; [Exists] otherwise, on servers that honour it.
	IfNone bool
	// IfMatch, where not empty, writes only over the object that has this ETag; [Exists] otherwise. It is for objects of one part.
	IfMatch string
}

// Body is an object, or part of one, that is being received.
type Body struct {
	io.ReadCloser
	Info           // Size is that of the whole object
	Offset, Length int64
}

// Part is one part of an upload.
type Part struct {
	Number   int
	ETag     string
	Checksum string
}

// ListOptions choose what a listing has.
type ListOptions struct {
	// Folders lists one level: keys up to the next slash, as [Page.Folders].
	Folders bool
	Token   string // of the page before
	Max     int
}

// Page is a part of a listing.
type Page struct {
	Objects []Info   // without attributes
	Folders []string // prefixes, with their slash
	Next    string   // empty after the last
}
