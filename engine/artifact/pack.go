package artifact

import (
	"bytes"
	"io"
	"os"
	"sync"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
)

const (
	// packLevel is Metaflow's.
	packLevel = 3
	// largePackLevel packs as small as Metaflow's level with a fifth less work.
	largePackLevel = 2
)

// packer is a compressor with its output, reused because its tables cost more than a small value.
type packer struct {
	z   *gzip.Writer
	out bytes.Buffer
}

// packers hold no state between uses.
var packers = sync.Pool{New: func() any {
	p := &packer{}
	p.z, _ = gzip.NewWriterLevel(&p.out, packLevel) // no error: the level is valid
	return p
}}

// pack writes a small value compressed, in one write.
func pack(w io.Writer, value []byte) error {
	p := packers.Get().(*packer)
	defer packers.Put(p)
	p.out.Reset()
	p.z.Reset(&p.out)
	if _, err := p.z.Write(value); err != nil {
		return err
	}
	if err := p.z.Close(); err != nil {
		return err
	}
	_, err := w.Write(p.out.Bytes())
	return err
}

const (
	samples    = 16
	sampleSize = 16 << 10
	// worthPacking is the share of the size that packing must get below to be worth its time, here and at every read: a raw value
	// is moved into place and read where it stands.
	worthPacking = 0.6
)

// sample compresses a few pieces spread over the span to see whether packing the whole is worth it.
func sample(f *os.File, span Span) (compressible bool, err error) {
	var count counter
	z, err := flate.NewWriter(&count, flate.BestSpeed)
	if err != nil {
		return false, err
	}
	buf := make([]byte, sampleSize)
	for i := range int64(samples) {
		at := span.Offset + (span.Size-sampleSize)/(samples-1)*i
		if _, err := f.ReadAt(buf, at); err != nil {
			return false, spanError(span, err)
		}
		if _, err := z.Write(buf); err != nil {
			return false, err
		}
	}
	if err := z.Close(); err != nil {
		return false, err
	}
	return float64(count) < worthPacking*samples*sampleSize, nil
}

// counter counts what is written to it.
type counter int64

// Write implements io.Writer.
func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
