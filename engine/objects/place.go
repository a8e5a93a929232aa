package objects

import (
	"fmt"
	"strings"
	"time"
)

// Scheme begins the URL of an object.
const Scheme = "s3://"

// Place is an object's bucket and key, or a prefix of keys.
type Place struct{ Bucket, Key string }

// String is the URL.
func (p Place) String() string { return Scheme + p.Bucket + "/" + p.Key }

// Join is the place below p, with one slash between.
func (p Place) Join(key string) Place {
	if p.Key == "" {
		return Place{p.Bucket, key}
	}
	return Place{p.Bucket, strings.TrimSuffix(p.Key, "/") + "/" + key}
}

// Parse reads s3://bucket/key; the key may be empty.
func Parse(url string) (Place, error) {
	rest, ok := strings.CutPrefix(url, Scheme)
	bucket, key, _ := strings.Cut(rest, "/")
	if !ok || bucket == "" || strings.ContainsAny(bucket, "\\ ?#\x00") {
		return Place{}, fmt.Errorf("%q is not the address of an object: it must look like s3://bucket/key", url)
	}
	return Place{bucket, key}, nil
}

// Attributes are stored with an object.
type Attributes struct {
	ContentType string
	Encryption  string            // server side: AES256, aws:kms
	Meta        map[string]string // names in lower case
}

// Info is what the store says of an object.
type Info struct {
	Place
	Size     int64
	ETag     string
	Modified time.Time
	Attributes
}

// Range is a part of an object.
type Range struct {
	Offset int64 // with a negative Length not looked at
	// Length is how many bytes; [Rest] for all from Offset; otherwise negative for the last -Length bytes.
	Length int64
}

// Rest is the length of a range that goes to the object's end.
const Rest = int64(1<<63 - 1)

// Whole is the range of all bytes.
var Whole = Range{0, Rest}

func (r Range) whole() bool { return r == Whole }

// Header is the value of an HTTP Range header, empty for the whole.
func (r Range) Header() string {
	switch {
	case r.whole():
		return ""
	case r.Length < 0:
		return fmt.Sprintf("bytes=%d", r.Length)
	case r.Length == Rest:
		return fmt.Sprintf("bytes=%d-", r.Offset)
	}
	return fmt.Sprintf("bytes=%d-%d", r.Offset, r.Offset+r.Length-1)
}
