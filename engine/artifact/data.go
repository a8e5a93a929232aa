package artifact

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"
	"strconv"
)

// Data is a task's table of artifacts, the file <attempt>.data.json.
type Data struct {
	Objects       Objects
	PythonVersion string // sys.version
	// Datastore and Attempt are set by reading; writing fills in its own.
	Datastore string
	Attempt   int
}

// metaflowSerializer is what Metaflow notes of values it pickled itself.
const metaflowSerializer = `{"source": "metaflow"}`

// formatData is the file's text, names in order so that equal tables are equal files.
func formatData(kind string, attempt int, d Data) []byte {
	names := slices.Sorted(maps.Keys(d.Objects))
	b := make([]byte, 0, 256+len(names)*256)
	b = appendString(append(b, `{"datastore": `...), kind)
	b = append(b, `, "version": "1.0", "attempt": `...)
	b = strconv.AppendInt(b, int64(attempt), 10)
	b = appendString(append(b, `, "python_version": `...), d.PythonVersion)
	b = append(b, `, "objects": {`...)
	for i, name := range names {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(appendString(b, name), ": "...)
		b = appendString(b, string(d.Objects[name].Key))
	}
	b = append(b, `}, "info": {`...)
	for i, name := range names {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(appendString(b, name), ": "...)
		b = appendInfo(b, d.Objects[name].Info)
	}
	return append(b, "}}"...)
}

func appendInfo(b []byte, i Info) []byte {
	b = strconv.AppendInt(append(b, `{"size": `...), i.Size, 10)
	b = appendString(append(b, `, "type": `...), i.Type)
	b = appendString(append(b, `, "encoding": `...), i.Encoding)
	serializer := i.Serializer
	if serializer == "" {
		serializer = metaflowSerializer
	}
	b = append(append(b, `, "serializer_info": `...), serializer...)
	return append(b, '}')
}

// Data reads what an attempt left, finished or not. Tables of every Metaflow version are read; ErrMissing if there is none.
func (s *Store) Data(t Task, attempt int) (Data, error) {
	name, err := taskFile(t, attempt, dataName)
	if err != nil {
		return Data{}, fmt.Errorf("read artifacts of %q: %w", t, err)
	}
	text, err := s.files.read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return Data{}, fmt.Errorf("artifacts of attempt %d of %q: %w", attempt, t, ErrMissing)
	}
	if err != nil {
		return Data{}, fmt.Errorf("read artifacts of %q: %w", t, err)
	}
	d, err := parseData(text)
	if err != nil {
		return Data{}, &CorruptError{Flow: t.Flow, Path: s.files.path(name), Reason: err.Error()}
	}
	return d, nil
}

// parseData is tolerant: older tables lack info, encodings and serializers.
func parseData(text []byte) (Data, error) {
	var file struct {
		Datastore     string            `json:"datastore"`
		Attempt       json.Number       `json:"attempt"`
		PythonVersion string            `json:"python_version"`
		Objects       map[string]string `json:"objects"`
		Info          map[string]struct {
			Size       json.Number     `json:"size"`
			Type       string          `json:"type"`
			Encoding   string          `json:"encoding"`
			Serializer json.RawMessage `json:"serializer_info"`
		} `json:"info"`
	}
	if err := json.Unmarshal(text, &file); err != nil {
		return Data{}, err
	}
	d := Data{
		Objects:       make(Objects, len(file.Objects)),
		PythonVersion: file.PythonVersion,
		Datastore:     file.Datastore,
		Attempt:       int(integer(file.Attempt)),
	}
	for name, key := range file.Objects {
		if _, err := Key(key).sum(); err != nil {
			return Data{}, fmt.Errorf("artifact %q: %w", name, err)
		}
		info := file.Info[name]
		ref := Ref{Key: Key(key), Info: Info{Size: integer(info.Size), Type: info.Type, Encoding: info.Encoding}}
		if ref.Encoding == "" {
			ref.Encoding = LegacyEncoding
		}
		if text := string(info.Serializer); text != metaflowSerializer && text != "null" {
			ref.Serializer = text
		}
		d.Objects[name] = ref
	}
	return d, nil
}

// integer reads a number that some writer may have given a fraction.
func integer(n json.Number) int64 {
	if i, err := n.Int64(); err == nil {
		return i
	}
	f, err := n.Float64()
	if err != nil || f != f || f < -1<<62 || f > 1<<62 {
		return 0
	}
	return int64(f)
}
