package flow

import "errors"

// File is a parameter whose value is a file: its content is stored when the run starts, and steps read it from there.
type File struct {
	content *fileContent
}

type fileContent struct {
	descriptor map[string]any
	read       func(descriptor map[string]any) ([]byte, error)
}

var errNoFile = errors.New("no file was given")

// Bytes returns the content.
func (f File) Bytes() ([]byte, error) {
	if f.content == nil {
		return nil, errNoFile
	}
	return f.content.read(f.content.descriptor)
}

// Text returns the content as text.
func (f File) Text() (string, error) {
	b, err := f.Bytes()
	return string(b), err
}

// Size returns the number of bytes of the content; 0 where no file was given.
func (f File) Size() int64 {
	if f.content == nil {
		return 0
	}
	switch n := f.content.descriptor["size"].(type) {
	case int:
		return int64(n)
	case float64:
		return int64(n)
	}
	b, err := f.Bytes()
	if err != nil {
		return 0
	}
	return int64(len(b))
}
