//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// codeStore is the exit code of a store that cannot be written (docs/exit-codes.md).
const codeStore = 3

// smallDisk mounts a memory file system of the given size, or skips.
func smallDisk(t *testing.T, options string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, options); err != nil {
		t.Skipf("no file system can be mounted here (needs root): %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// TestDiskFull: the store's disk fills in the middle of a foreach; once there is room a resume finishes the run.
func TestDiskFull(t *testing.T) {
	for _, l := range languages() {
		t.Run(l.name, func(t *testing.T) { diskFull(t, l.place(t, "heavy")) })
	}
}

func diskFull(t *testing.T, p *place) {
	t.Helper()
	disk := smallDisk(t, "size=16m")
	p.at(disk)
	o := p.spindle(t, "run", "flow.py")
	wantCode(t, o, codeStore)
	wantText(t, o, "no space left", "spindle resume")
	if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT, "size=200m"); err != nil {
		t.Fatal(err)
	}
	wantCode(t, p.spindle(t, "resume", "flow.py"), 0)
	read := p.client(t, "read_all.py", disk, "Heavy")
	wantCode(t, read, 0)
	wantText(t, read, "successful True")
}

// TestReadOnlyStore: nothing can be written at all.
func TestReadOnlyStore(t *testing.T) {
	disk := smallDisk(t, "size=16m")
	p := newPlace(t, "heavy.py")
	p.at(disk)
	if err := syscall.Mount("tmpfs", disk, "tmpfs", syscall.MS_REMOUNT|syscall.MS_RDONLY, ""); err != nil {
		t.Fatal(err)
	}
	o := p.spindle(t, "run", "flow.py")
	wantCode(t, o, codeStore)
	wantText(t, o, "read-only file system", disk)
}

// TestUnwritableFile: one file of the store is in the way.
func TestUnwritableFile(t *testing.T) {
	p := newPlace(t, "heavy.py")
	inTheWay := filepath.Join(p.store, "Heavy", "latest_run", "not-a-file")
	if err := os.MkdirAll(inTheWay, 0o755); err != nil {
		t.Fatal(err)
	}
	o := p.spindle(t, "run", "flow.py")
	wantCode(t, o, codeStore)
	wantText(t, o, "latest_run")
}

// TestVanishedTempFolder: the folder for temporary files goes away under a running task. One in Python needs it for what it leaves, and fails. One
// in Go has sent all that in a message, and has finished: it is the next task that can't begin.
func TestVanishedTempFolder(t *testing.T) {
	codes := map[string]int{"python": 1, "go": codeStore}
	words := map[string]string{"python": "removed the engine's folder for temporary files", "go": "removed it while the run was using it"}
	for _, l := range languages() {
		t.Run(l.name, func(t *testing.T) { vanishedTempFolder(t, l.place(t, "misbehave"), codes[l.name], words[l.name]) })
	}
}

func vanishedTempFolder(t *testing.T, p *place, code int, words string) {
	t.Helper()
	tmp := filepath.Join(p.dir, "tmp")
	if err := os.Mkdir(tmp, 0o755); err != nil {
		t.Fatal(err)
	}
	p.env = append(p.env, "TMPDIR="+tmp)
	o := p.spindle(t, "run", "flow.py", "--how", "vanish")
	wantCode(t, o, code)
	wantText(t, o, "/spindle-", words, "spindle resume")
	p.wantResumable(t, "Misbehave")
}
