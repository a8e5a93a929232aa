package debugger

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
)

// What makes the name of a cell's file from its text; frontends compute the same.
const (
	hashMethod = "Murmur2"
	hashSeed   = 0xc70f6907
	fileSuffix = ".py"
)

// File is the name of the file that a cell's text would be in. There is one only when a frontend has asked for it.
func (d *Debugger) File(code string) string {
	return d.opts.Folder + string(filepath.Separator) + strconv.FormatUint(uint64(murmur2([]byte(code), hashSeed)), 10) + fileSuffix
}

// dump writes a cell to its file, where breakpoints in it are set.
func (d *Debugger) dump(code string) (string, error) {
	// Nobody else may have made the folder: what is in it is read as if the user had typed it.
	d.mu.Lock()
	err := os.Mkdir(d.opts.Folder, 0o700)
	if err == nil {
		d.folder = true
	} else if d.folder && errors.Is(err, fs.ErrExist) {
		err = nil
	}
	d.mu.Unlock()
	if err != nil {
		return "", fmt.Errorf("keep cells for the debugger: %w", err)
	}
	file := d.File(code)
	if err := os.WriteFile(file, []byte(code), 0o600); err != nil {
		return "", fmt.Errorf("keep cells for the debugger: %w", err)
	}
	return file, nil
}

// murmur2 is the hash of that name, by Austin Appleby.
func murmur2(data []byte, seed uint32) uint32 {
	const m, r = 0x5bd1e995, 24
	h := seed ^ uint32(len(data))
	for ; len(data) >= 4; data = data[4:] {
		k := binary.LittleEndian.Uint32(data) * m
		k ^= k >> r
		h = h*m ^ k*m
	}
	switch len(data) {
	case 3:
		h ^= uint32(data[2]) << 16
		fallthrough
	case 2:
		h ^= uint32(data[1]) << 8
		fallthrough
	case 1:
		h = (h ^ uint32(data[0])) * m
	}
	h = (h ^ h>>13) * m
	return h ^ h>>15
}
