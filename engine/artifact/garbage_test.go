package artifact_test

import (
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/disk"
)

const grace = 24 * time.Hour

// collected is a store of either kind, seen at different times.
type collected struct {
	at    func(now time.Time) *artifact.Store
	group *disk.Group
}

func stores(t *testing.T) map[string]collected {
	t.Helper()
	root := t.TempDir() + "/.metaflow"
	local := disk.NewGroup(root, disk.Options{Sync: disk.SyncNone})
	_, group, server := openRemote(t)
	return map[string]collected{
		"local": {group: local, at: func(now time.Time) *artifact.Store {
			return artifact.Open(root, artifact.Options{Group: local, Now: func() time.Time { return now }})
		}},
		"remote": {group: group, at: func(now time.Time) *artifact.Store {
			s, g := remoteAt(t, server.Endpoint, func() time.Time { return now })
			group.Await(g.Commit)
			return s
		}},
	}
}

func TestGarbage(t *testing.T) {
	for name, c := range stores(t) {
		t.Run(name, func(t *testing.T) {
			start := time.Now()
			s := c.at(start)
			put := func(s *artifact.Store, value []byte) artifact.Key {
				t.Helper()
				key, err := s.Put(t.Context(), flow, spill(t, t.TempDir(), value, 1, 0))
				if err != nil {
					t.Fatal(err)
				}
				return key
			}
			used, lost, large := put(s, []byte("used")), put(s, []byte("lost")), put(s, noise(1<<20, 9))
			found := put(s, noise(1<<20, 10)) // garbage, until another task has the same value
			foundSmall := put(s, []byte("found"))
			refer := func(s *artifact.Store, task string, keys ...artifact.Key) {
				t.Helper()
				id, objects := someTask, artifact.Objects{}
				id.Task = task
				for _, key := range keys {
					objects["v"+string(key[:4])] = artifact.Ref{Key: key}
				}
				if err := s.SaveData(id, 0, artifact.Data{Objects: objects}); err != nil {
					t.Fatal(err)
				}
				commit(t, c.group)
			}
			refer(s, "1", used)
			if g, err := s.FindGarbage(t.Context(), flow, grace); err != nil || len(g.Blobs) != 0 || g.Young != 4 || g.Kept != 1 {
				t.Fatalf("what is new was taken for garbage: %+v, %v", g, err)
			}
			later := c.at(start.Add(2 * grace))
			g, err := later.FindGarbage(t.Context(), flow, grace)
			if err != nil || len(g.Blobs) != 4 {
				t.Fatalf("%+v, %v", g, err)
			}
			// Meanwhile a run stores values that are there already.
			writer := c.at(start.Add(2 * grace))
			refer(writer, "2", put(writer, noise(1<<20, 10)), put(writer, []byte("found")))
			if name == "remote" { // the server's clock cannot be set: what was written last counts as written two days ago
				g, err = later.FindGarbage(t.Context(), flow, grace)
				if err != nil {
					t.Fatal(err)
				}
			}
			n, size, err := later.Remove(t.Context(), g)
			if err != nil || n != 2 || size < 1<<20 {
				t.Errorf("%d blobs of %d bytes, %v", n, size, err)
			}
			fresh := c.at(start.Add(2 * grace))
			check(t, fresh, used, []byte("used"))
			check(t, fresh, found, noise(1<<20, 10))
			check(t, fresh, foundSmall, []byte("found"))
			for _, key := range []artifact.Key{lost, large} {
				if err := fresh.Present(t.Context(), flow, key); err == nil {
					t.Errorf("%s is still there", key)
				}
			}
			if n, _, err := later.Remove(t.Context(), g); n != 0 || err != nil {
				t.Errorf("a second time: %d, %v", n, err)
			}
			if again := put(fresh, []byte("lost")); again != lost {
				t.Error("another key")
			}
			commit(t, c.group)
			check(t, c.at(start.Add(2*grace)), lost, []byte("lost"))
		})
	}
}

// TestGarbageNeedsEveryTable refuses to guess what a damaged table refers to.
func TestGarbageNeedsEveryTable(t *testing.T) {
	s := openStore(t)
	if _, err := s.PutBytes(t.Context(), flow, []byte("x")); err != nil {
		t.Fatal(err)
	}
	write(t, s.Root()+"/"+flow+"/1/start/1/0.data.json", []byte("{"))
	if g, err := s.FindGarbage(t.Context(), flow, grace); err == nil {
		t.Errorf("%+v", g)
	}
	if _, err := s.FindGarbage(t.Context(), flow, time.Hour); err == nil {
		t.Error("blobs of an hour ago may be about to be used")
	}
}

// TestGarbageOfOthers keeps what only other files than tables refer to, and what is no blob.
func TestGarbageOfOthers(t *testing.T) {
	s := openStore(t)
	var keys []artifact.Key
	for _, value := range []string{"package", "code", "bench", "deployed", "gone"} {
		key, err := s.PutBytes(t.Context(), flow, []byte(value))
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, key)
		old := noon.Add(-2 * grace)
		if err := os.Chtimes(blobPath(s, key), old, old); err != nil {
			t.Fatal(err)
		}
	}
	task := s.Root() + "/" + flow + "/1/start/1/"
	write(t, task+"0.task_begin", []byte(`{"code_package_sha": "`+keys[0]+`"}`))
	write(t, task+"_meta/sysmeta_code-package_1.json", []byte(`{"value": "{\"sha\": \"`+string(keys[1])+`\"}"}`))
	write(t, s.Root()+"/"+flow+"/_spindle/workbench-0.json", []byte(`{"tasks": {"start": {"x": "`+string(keys[2])+`"}}}`))
	write(t, s.Root()+"/"+flow+"/_spindle/deployments/12.json", []byte(`{"package": {"place": "s3://b/F/data/00/`+string(keys[3])+`"}}`))
	g, err := s.FindGarbage(t.Context(), flow, grace)
	if err != nil {
		t.Fatal(err)
	}
	var found []artifact.Key
	for _, b := range g.Blobs {
		found = append(found, b.Key)
	}
	if diff := cmp.Diff(keys[4:], found); diff != "" {
		t.Error(diff)
	}
}
