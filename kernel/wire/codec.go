package wire

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"sync"
)

var delimiter = []byte("<IDS|MSG>")

// Why a message is refused.
var (
	ErrNoDelimiter  = errors.New("message without delimiter")
	ErrTooFewFrames = errors.New("message with missing frames")
	ErrUnsigned     = errors.New("message without signature")
	ErrWrongSign    = errors.New("message with a wrong signature")
	ErrReplayed     = errors.New("message whose signature has been used before")
)

// remembered is how many signatures are kept at least to refuse them when they come again.
const remembered = 1 << 15

// Codec makes frames of messages and messages of frames, with the signatures of one key. It is safe for concurrent use.
type Codec struct {
	key []byte

	mu        sync.Mutex
	seen, old map[[sha256.Size]byte]struct{} // two generations: when the younger is full, the older is forgotten
}

// NewCodec returns a codec for a key. With an empty key nothing is signed and nothing checked, as the protocol has it.
func NewCodec(key string) *Codec {
	return &Codec{key: []byte(key), seen: map[[sha256.Size]byte]struct{}{}}
}

// Decode reads a message. Anything but a well-formed message with a right and fresh signature is an error.
func (c *Codec) Decode(frames [][]byte) (*Message, error) {
	at := 0
	for at < len(frames) && !bytes.Equal(frames[at], delimiter) {
		at++
	}
	if at == len(frames) {
		return nil, ErrNoDelimiter
	}
	body := frames[at+1:]
	if len(body) < 5 {
		return nil, ErrTooFewFrames
	}
	if err := c.check(body[0], body[1:5]); err != nil {
		return nil, err
	}
	header, err := parseHeader(body[1])
	if err != nil {
		return nil, err
	}
	for i, name := range []string{"parent header", "metadata", "content"} {
		if err := object(name, body[i+2]); err != nil {
			return nil, err
		}
	}
	return &Message{
		Idents: frames[:at], Header: header, Raw: body[1], Parent: body[2], Metadata: body[3], Content: body[4], Buffers: body[5:],
	}, nil
}

// Encode returns the frames of a message.
func (c *Codec) Encode(m *Message) ([][]byte, error) {
	header, err := json.Marshal(m.Header)
	if err != nil {
		return nil, fmt.Errorf("encode header of %s: %w", m.Header.Type, err)
	}
	parts := [][]byte{header, orEmpty(m.Parent), orEmpty(m.Metadata), orEmpty(m.Content)}
	frames := make([][]byte, 0, len(m.Idents)+6+len(m.Buffers))
	frames = append(frames, m.Idents...)
	frames = append(frames, delimiter, c.sign(parts))
	frames = append(frames, parts...)
	return append(frames, m.Buffers...), nil
}

func orEmpty(raw json.RawMessage) []byte {
	if len(raw) == 0 {
		return []byte("{}")
	}
	return raw
}

// check compares the signature in constant time before anything of the message is read, and lets each one through once.
func (c *Codec) check(signature []byte, parts [][]byte) error {
	if len(c.key) == 0 {
		return nil
	}
	if len(signature) == 0 {
		return ErrUnsigned
	}
	var given [sha256.Size]byte
	if hex.DecodedLen(len(signature)) != len(given) {
		return ErrWrongSign
	}
	if _, err := hex.Decode(given[:], signature); err != nil {
		return ErrWrongSign
	}
	if !hmac.Equal(given[:], c.mac(parts).Sum(nil)) {
		return ErrWrongSign
	}
	return c.first(given)
}

// first notes a right signature and refuses one that was noted before.
func (c *Codec) first(signature [sha256.Size]byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	_, young := c.seen[signature]
	_, old := c.old[signature]
	if young || old {
		return ErrReplayed
	}
	if len(c.seen) >= remembered {
		c.seen, c.old = map[[sha256.Size]byte]struct{}{}, c.seen
	}
	c.seen[signature] = struct{}{}
	return nil
}

func (c *Codec) sign(parts [][]byte) []byte {
	if len(c.key) == 0 {
		return nil
	}
	return hex.AppendEncode(nil, c.mac(parts).Sum(nil))
}

func (c *Codec) mac(parts [][]byte) hash.Hash {
	mac := hmac.New(sha256.New, c.key)
	for _, part := range parts {
		mac.Write(part) // never fails, see hash.Hash
	}
	return mac
}
