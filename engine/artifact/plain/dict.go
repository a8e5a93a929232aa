package plain

// Pair is an entry of a [Dict].
type Pair struct{ Key, Value any }

// Dict is a Python dict to be encoded, in the order of its entries.
type Dict []Pair

func appendDict(b []byte, d Dict, depth int) (_ []byte, err error) {
	b = append(b, opEmptyDict, opMemoize)
	pair := func(p Pair) error {
		if b, err = appendValue(b, p.Key, depth-1); err == nil {
			b, err = appendValue(b, p.Value, depth-1)
		}
		return err
	}
	if len(d) == 1 {
		err = pair(d[0])
		return append(b, opSetitem), err
	}
	for len(d) > 0 {
		batch := d[:min(appendBatch, len(d))]
		d = d[len(batch):]
		b = append(b, opMark)
		for _, p := range batch {
			if err := pair(p); err != nil {
				return nil, err
			}
		}
		b = append(b, opSetitems)
	}
	return b, nil
}
