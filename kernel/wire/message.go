package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Version is the version of the message protocol.
const Version = "5.5"

// Header says what a message is.
type Header struct {
	ID       string `json:"msg_id"`
	Session  string `json:"session"`
	Username string `json:"username"`
	Date     string `json:"date"`
	Type     string `json:"msg_type"`
	Version  string `json:"version"`
}

// Message is one message of the protocol. Content, Metadata and the parent's header are JSON objects as they travel.
type Message struct {
	// Idents are the frames before the delimiter: the topic of what is published, the way back through proxies.
	Idents   [][]byte
	Header   Header
	Raw      json.RawMessage // the header as it came, the parent of every answer; set by Decode
	Parent   json.RawMessage // empty for no parent
	Metadata json.RawMessage // empty for {}
	Content  json.RawMessage
	Buffers  [][]byte
}

// Decode decodes the content into v.
func (m *Message) Decode(v any) error {
	if err := json.Unmarshal(m.Content, v); err != nil {
		return fmt.Errorf("content of %s: %w", m.Header.Type, err)
	}
	return nil
}

// FormatDate writes a time the way headers have it.
func FormatDate(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.000000Z") }

var errIncomplete = errors.New("message without type or id")

// parseHeader reads a header; a message that can't be named can't be answered.
func parseHeader(raw []byte) (Header, error) {
	var h Header
	if err := json.Unmarshal(raw, &h); err != nil {
		return h, fmt.Errorf("header: %w", err)
	}
	if h.Type == "" || h.ID == "" {
		return h, errIncomplete
	}
	return h, nil
}

// object refuses what is no JSON object.
func object(name string, raw []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(raw, &fields); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	if fields == nil {
		return fmt.Errorf("%s: an object was expected, not null", name)
	}
	return nil
}
