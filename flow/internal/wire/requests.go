package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
)

// Greet says hello and hears the engine's. The error of another version names both.
func (c *Conn) Greet(mine Hello) error {
	if err := c.Write(mine); err != nil {
		return err
	}
	m, err := c.Read()
	if err != nil {
		return err
	}
	if m.Type != "hello" {
		var refusal Error
		if m.Type == "error" && m.Decode(&refusal) == nil {
			return fmt.Errorf("the engine refuses: %s", refusal.Message)
		}
		return fmt.Errorf("%w: %q instead of hello", ErrUnasked, m.Type)
	}
	theirs, err := m.hello()
	if err != nil {
		return err
	}
	c.theirs = theirs
	if theirs.Protocol != Protocol {
		problem := fmt.Sprintf("the engine speaks protocol %d (%s), the flow's binary %d (%s): build the flow with the SDK of the engine's version",
			theirs.Protocol, theirs.File, Protocol, mine.File)
		return errors.Join(errors.New(problem), c.Write(Error{Type: "error", Kind: "protocol", Message: problem}))
	}
	return nil
}

// Small is the size in bytes up to which values travel in messages, where both sides can.
const Small = 32 << 10

// TakesData tells whether the engine takes small values in messages.
func (c *Conn) TakesData() bool { return slices.Contains(c.theirs.Can, "data") }

// Get asks for artifacts of inputs; the answers are in the same order.
func (c *Conn) Get(items ...Item) ([]Place, error) {
	m, err := c.Ask(func(id int64) any { return getRequest{id: id, inline: Small, items: items} })
	if err != nil {
		return nil, err
	}
	places, err := m.places()
	if err != nil {
		return nil, err
	}
	if len(places) != len(items) {
		return nil, fmt.Errorf("%w: %d values for %d items", ErrUnasked, len(places), len(items))
	}
	return places, nil
}

// Call makes a call of the client API and decodes its result.
func (c *Conn) Call(name string, args, result any) error {
	m, err := c.Ask(func(id int64) any { return map[string]any{"type": "store", "id": id, "call": name, "args": args} })
	if err != nil {
		return err
	}
	var reply struct {
		Result json.RawMessage
		Error  *Fault
	}
	if err := m.Decode(&reply); err != nil {
		return err
	}
	if reply.Error != nil {
		return reply.Error
	}
	if result == nil || len(reply.Result) == 0 {
		return nil
	}
	if err := json.Unmarshal(reply.Result, result); err != nil {
		return fmt.Errorf("task protocol: the result of %s can't be decoded: %w", name, err)
	}
	return nil
}

// Bytes reads a value; its file is deleted if it is the reader's to delete.
func (p Place) Bytes() ([]byte, error) {
	if p.Error != nil {
		return nil, p.Error
	}
	if p.Path == "" {
		return p.Data, nil
	}
	f, err := os.Open(p.Path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if p.Temporary {
		defer os.Remove(p.Path)
	}
	b := make([]byte, p.Size)
	if _, err := io.ReadFull(io.NewSectionReader(f, p.Offset, p.Size), b); err != nil {
		return nil, fmt.Errorf("read %s: %w", p.Path, err)
	}
	return b, nil
}

// Discard deletes the file of a value that nobody reads, if it is the reader's to delete.
func (p Place) Discard() {
	if p.Temporary && p.Error == nil && p.Path != "" {
		_ = os.Remove(p.Path)
	}
}
