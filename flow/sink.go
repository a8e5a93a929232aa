package flow

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"

	"github.com/spindle-flow/spindle/flow/internal/wire"
)

// large is the size from which a value gets a file of its own on the store's disk.
const large = 64 << 20

// toldAtOnce is how much of small values one message has: far from what it may have.
const toldAtOnce = 16 << 20

// sink writes the result files of a task: small values share one file in memory.
type sink struct {
	scratch, spill, stem string
	shared               *os.File
	end                  int64 // of the shared file
	spilled              int
	// told says that small values go into the message that tells of them; they are gathered in data.
	told bool
	data []byte
}

func newSink(m *wire.Task, told bool) *sink {
	spill := m.Spill
	if spill == "" {
		spill = m.Scratch
	}
	return &sink{scratch: m.Scratch, spill: spill, stem: fmt.Sprintf("%s.%d.%d", m.TaskID, m.Attempt, os.Getpid()), told: told}
}

// put writes a value and returns the artifact's entry.
func (s *sink) put(name string, e encoded) (p wire.Produced, err error) {
	p = wire.Produced{Name: name, Type: e.typeName, Encoding: e.encoding, Size: int64(len(e.bytes))}
	if s.told && len(e.bytes) <= wire.Small && len(s.data)+len(e.bytes) <= toldAtOnce {
		before := len(s.data)
		s.data = append(s.data, e.bytes...)
		p.Data = s.data[before:len(s.data):len(s.data)]
		return p, nil
	}
	p.File, p.Offset, err = s.write(e.bytes)
	return p, err
}

func (s *sink) write(b []byte) (string, int64, error) {
	if len(b) > large {
		return s.own(b)
	}
	if s.shared == nil {
		f, err := create(filepath.Join(s.scratch, s.stem))
		if err != nil {
			return s.elsewhere(b, err)
		}
		s.shared = f
	}
	if _, err := s.shared.WriteAt(b, s.end); err != nil {
		return s.elsewhere(b, err)
	}
	offset := s.end
	s.end += int64(len(b))
	return s.shared.Name(), offset, nil
}

// elsewhere writes a value that memory has no room for to the disk.
func (s *sink) elsewhere(b []byte, err error) (string, int64, error) {
	for _, full := range []error{syscall.ENOSPC, syscall.EDQUOT, syscall.EFBIG} {
		if errors.Is(err, full) {
			return s.own(b)
		}
	}
	return "", 0, err
}

// own gives a value a file of its own.
func (s *sink) own(b []byte) (string, int64, error) {
	f, err := create(filepath.Join(s.spill, fmt.Sprintf("%s-%d", s.stem, s.spilled)))
	if err != nil {
		return "", 0, err
	}
	s.spilled++
	_, err = f.Write(b)
	return f.Name(), 0, errors.Join(err, f.Close())
}

func create(path string) (*os.File, error) {
	return os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
}

func (s *sink) close() error {
	if s.shared == nil {
		return nil
	}
	return s.shared.Close()
}
