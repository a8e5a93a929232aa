package task_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/task"
	"github.com/spindle-flow/spindle/engine/worker"
)

const flow = "LinFlow"

func openStore(t *testing.T) *artifact.Store {
	t.Helper()
	return artifact.Open(filepath.Join(t.TempDir(), ".metaflow"), artifact.Options{})
}

// folders are new ones, with a value in a file of each.
func folders(t *testing.T, value string) task.Folders {
	t.Helper()
	f := task.Folders{Scratch: t.TempDir(), Spill: t.TempDir()}
	for _, dir := range []string{f.Scratch, f.Spill} {
		write(t, filepath.Join(dir, "values"), value)
	}
	return f
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// A value is stored under the same key however it came: readers know values by their keys.
func TestPutValue(t *testing.T) {
	t.Parallel()
	for _, value := range []string{"a value", ""} { // a type's MarshalBinary may give no bytes
		f, size := folders(t, "before "+value+" after"), int64(len(value))
		for name, v := range map[string]worker.Produced{
			"in the message": {Size: size, Data: []byte(value)},
			"in scratch":     {Size: size, File: filepath.Join(f.Scratch, "values"), Offset: 7},
			"spilled":        {Size: size, File: filepath.Join(f.Spill, "values"), Offset: 7},
		} {
			store := openStore(t)
			key, err := task.PutValue(t.Context(), store, flow, v, f)
			if err != nil || key != artifact.KeyOf([]byte(value)) {
				t.Errorf("%q %s: key %s, %v", value, name, key, err)
			}
			if got, err := store.Bytes(t.Context(), flow, key); err != nil || string(got) != value {
				t.Errorf("%q %s: reads %q, %v", value, name, got, err)
			}
		}
	}
}

// A worker that is wrong about a value must not have another one stored under its name.
func TestPutValueRefuses(t *testing.T) {
	t.Parallel()
	f := folders(t, "a value")
	other := t.TempDir()
	write(t, filepath.Join(other, "secret"), "a value")
	for name, c := range map[string]struct {
		v    worker.Produced
		says string
	}{
		"more bytes than it says":    {worker.Produced{Size: 3, Data: []byte("a value")}, "it has 3 bytes, and has sent 7"},
		"fewer bytes than it says":   {worker.Produced{Size: 9, Data: []byte("a value")}, "it has 9 bytes, and has sent 7"},
		"neither file nor data":      {worker.Produced{Size: 7}, "it has 7 bytes, and has sent 0"},
		"a file of others":           {worker.Produced{Size: 7, File: filepath.Join(other, "secret")}, "not a scratch folder"},
		"a way out of its folder":    {worker.Produced{Size: 7, File: f.Scratch + "/../" + filepath.Base(other) + "/secret"}, "not a scratch folder"},
		"a folder beside its own":    {worker.Produced{Size: 7, File: f.Scratch + "-2/values"}, "not a scratch folder"},
		"a name from nowhere":        {worker.Produced{Size: 7, File: "values"}, "not a scratch folder"},
		"a file that ends before it": {worker.Produced{Size: 8, File: filepath.Join(f.Scratch, "values")}, "ends before byte 8"},
		"a file that is not there":   {worker.Produced{Size: 7, File: filepath.Join(f.Scratch, "gone")}, "no such file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			key, err := task.PutValue(t.Context(), openStore(t), flow, c.v, f)
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("key %q, error %v", key, err)
			}
		})
	}
}

// What was sent in the message has no file; those that were spilled go.
func TestPutClearsSpill(t *testing.T) {
	t.Parallel()
	f := folders(t, "a value")
	k := task.Keeper{Store: openStore(t)}
	_, err := k.Put(t.Context(), flow, []worker.Produced{
		{Name: "sent", Size: 4, Data: []byte("sent")},
		{Name: "spilled", Size: 7, File: filepath.Join(f.Spill, "values")},
	}, f)
	if err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(f.Spill); err != nil || len(left) > 0 {
		t.Errorf("left are %v, %v", left, err)
	}
	_, err = k.Put(t.Context(), flow, []worker.Produced{{Name: "model", Size: 5, Data: []byte("sent")}}, f)
	if err == nil || !strings.Contains(err.Error(), `artifact "model"`) {
		t.Errorf("the error does not name the artifact: %v", err)
	}
}
