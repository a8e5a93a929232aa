// Package recorded reads runs that were recorded as events, for the tests of everything that shows a run.
//
// A recording is a file of JSON lines in testdata: {"event":"TaskStarted", …the fields of the event's type…}.
package recorded

import (
	"bufio"
	"embed"
	"encoding/json"
	"fmt"
	"io"
	"reflect"
	"strings"

	"github.com/spindle-flow/spindle/engine/run"
)

//go:embed testdata/*.jsonl
var files embed.FS

// Names are the recordings there are.
func Names() ([]string, error) {
	entries, err := files.ReadDir("testdata")
	if err != nil {
		return nil, fmt.Errorf("listing recordings: %w", err)
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = strings.TrimSuffix(e.Name(), ".jsonl")
	}
	return names, nil
}

// Load reads one recording.
func Load(name string) ([]run.Event, error) {
	f, err := files.Open("testdata/" + name + ".jsonl")
	if err != nil {
		return nil, fmt.Errorf("opening recording %q: %w", name, err)
	}
	defer f.Close()
	var events []run.Event
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		ev, err := decode(lines.Bytes())
		if err != nil {
			return nil, fmt.Errorf("recording %q, event %d: %w", name, len(events)+1, err)
		}
		events = append(events, ev)
	}
	return events, lines.Err()
}

// Encode writes an event as a line of a recording.
func Encode(w io.Writer, ev run.Event) error {
	data, err := json.Marshal(ev)
	if err != nil {
		return fmt.Errorf("recording an event: %w", err)
	}
	_, err = fmt.Fprintf(w, "{\"event\":%q,%s\n", reflect.TypeOf(ev).Name(), strings.TrimPrefix(string(data), "{"))
	return err
}

func decode(line []byte) (run.Event, error) {
	var head struct {
		Event string `json:"event"`
	}
	if err := json.Unmarshal(line, &head); err != nil {
		return nil, err
	}
	for _, kind := range kinds {
		if kind.Name() != head.Event {
			continue
		}
		value := reflect.New(kind)
		if err := json.Unmarshal(line, value.Interface()); err != nil {
			return nil, fmt.Errorf("decoding a %s: %w", head.Event, err)
		}
		return value.Elem().Interface().(run.Event), nil
	}
	return nil, fmt.Errorf("there is no event %q", head.Event)
}

var kinds = []reflect.Type{
	reflect.TypeFor[run.RunStarted](), reflect.TypeFor[run.TaskStarted](), reflect.TypeFor[run.TaskLine](), reflect.TypeFor[run.TaskPlaced](),
	reflect.TypeFor[run.TaskForeach](), reflect.TypeFor[run.TaskFinished](), reflect.TypeFor[run.TaskFailed](),
	reflect.TypeFor[run.WillNotRetry](), reflect.TypeFor[run.ResumeStarted](), reflect.TypeFor[run.CloneStarted](),
	reflect.TypeFor[run.Cloned](), reflect.TypeFor[run.CloneFinished](), reflect.TypeFor[run.OriginSkipped](),
	reflect.TypeFor[run.Stopping](), reflect.TypeFor[run.Killing](), reflect.TypeFor[run.RunFailed](),
	reflect.TypeFor[run.RunDone](), reflect.TypeFor[run.Progress](),
}
