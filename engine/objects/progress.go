package objects

import (
	"io"
	"sync"
	"time"
)

// Direction is where a transfer goes.
type Direction int

// The directions.
const (
	Up Direction = iota
	Down
)

// Progress is how all transfers of one direction go that overlap. A front shows those that take over a second.
type Progress struct {
	Direction   Direction
	Done, Total int64 // bytes
	Objects     int   // how many were begun
	Since       time.Time
	Over        bool // nothing is under way any more
}

// meter counts what is under way.
type meter struct {
	watch func(Progress)
	now   func() time.Time

	mu    sync.Mutex
	state [2]Progress // guarded by mu
	open  [2]int      // guarded by mu
	told  [2]time.Time
}

// pace is how often a watcher is told.
const pace = 100 * time.Millisecond

func newMeter(opts Options) *meter { return &meter{watch: opts.Watch, now: opts.Now} }

// transfer is one object under way.
type transfer struct {
	m    *meter
	dir  Direction
	size int64
}

func (m *meter) begin(d Direction, size int64) *transfer {
	t := &transfer{m: m, dir: d, size: size}
	if m.watch == nil {
		return t
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.open[d] == 0 {
		m.state[d] = Progress{Direction: d, Since: m.now()}
	}
	m.open[d]++
	m.state[d].Objects++
	m.state[d].Total += size
	return t
}

// resize is for a download, whose size is known once it has begun.
func (t *transfer) resize(size int64) {
	t.change(func(p *Progress) { p.Total += size - t.size; t.size = size })
}

func (t *transfer) add(n int64) { t.change(func(p *Progress) { p.Done += n }) }

func (t *transfer) change(f func(p *Progress)) {
	m := t.m
	if m.watch == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	f(&m.state[t.dir])
	if now := m.now(); now.Sub(m.told[t.dir]) >= pace {
		m.told[t.dir] = now
		m.watch(m.state[t.dir])
	}
}

func (t *transfer) end() {
	m := t.m
	if m.watch == nil {
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.open[t.dir]--; m.open[t.dir] == 0 {
		m.state[t.dir].Over = true
		m.watch(m.state[t.dir])
	}
}

// counted counts what is read of a body that is sent; what is read twice counts once.
type counted struct {
	io.ReadSeeker
	t        *transfer
	at, most int64
}

func (t *transfer) seeker(r io.ReadSeeker) *counted { return &counted{ReadSeeker: r, t: t} }

// Read implements io.Reader.
func (c *counted) Read(p []byte) (int, error) {
	n, err := c.ReadSeeker.Read(p)
	if c.at += int64(n); c.at > c.most {
		c.t.add(c.at - c.most)
		c.most = c.at
	}
	return n, err
}

// Seek implements io.Seeker.
func (c *counted) Seek(offset int64, whence int) (int64, error) {
	at, err := c.ReadSeeker.Seek(offset, whence)
	if err == nil {
		c.at = at
	}
	return at, err
}

// undo takes back what was counted of a try that failed.
func (c *counted) undo() { c.t.add(-c.most) }

// buffers are for copying; they hold no state.
var buffers = sync.Pool{New: func() any { b := make([]byte, 256<<10); return &b }}
