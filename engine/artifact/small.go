package artifact

import "context"

// smallValue is the size in bytes up to which a value is remembered, smallValues that of all of one generation.
const (
	smallValue  = 32 << 10
	smallValues = 2 << 20
)

// Small is [Store.Bytes] for a value that many readers want: the tasks of a foreach have most of their inputs in common. It must not be
// changed.
func (s *Store) Small(ctx context.Context, flow string, key Key) ([]byte, error) {
	sum, err := key.sum()
	if err != nil {
		return nil, err
	}
	id := blobID{flow, sum}
	if value, ok := s.small.load(id); ok {
		return value, nil
	}
	value, err := s.Bytes(ctx, flow, key)
	if err == nil && len(value) <= smallValue {
		const entry = 128 // what it takes beside its value, about
		s.small.store(id, value, len(value)+entry)
	}
	return value, err
}
