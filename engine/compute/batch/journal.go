package batch

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Record is a job as the journal of its run has it.
type Record struct {
	// Name is the job's, which no other has. Job is its id, empty until Batch has given one: then it may exist or not.
	Name string `json:"name"`
	Job  string `json:"job,omitempty"`
	// Place is the task's place in the run, the same in a run that is resumed.
	Place   string    `json:"place"`
	Run     string    `json:"run"` // that its folder is under: of the run that submitted it
	Step    string    `json:"step"`
	Task    string    `json:"task"`
	Attempt int       `json:"attempt"`
	Queue   string    `json:"queue"`
	Folder  string    `json:"folder"` // s3://… with job and outcome
	Nodes   int       `json:"nodes,omitempty"`
	Asked   time.Time `json:"asked"`
}

// entry is a line of a journal.
type entry struct {
	Op string `json:"op"` // ask, given, over
	Record
}

// JournalFile is where the jobs of a run are on record, below the folder of the store on this machine.
func JournalFile(folder, flow, run string) string {
	return filepath.Join(folder, flow, run, "_spindle", "jobs.ndjson")
}

// Journal has the jobs of one run on record. It is safe for concurrent use.
type Journal struct {
	path string

	mu      sync.Mutex
	file    *os.File
	written int

	syncing sync.Mutex // held while the disk is told to keep what is written
	synced  int
}

// NewJournal is the journal at a path. The file is made with the first record.
func NewJournal(path string) *Journal { return &Journal{path: path} }

// Ask records that a job is about to be submitted. It returns when the record is on disk.
func (j *Journal) Ask(r Record) error { return j.durable(entry{Op: "ask", Record: r}) }

// note is Ask without waiting for the disk: the next durable record takes it along.
func (j *Journal) note(r Record) error {
	_, err := j.append(entry{Op: "ask", Record: r})
	return err
}

// Given records the id of a job. It returns when the record is on disk.
func (j *Journal) Given(name, id string) error {
	return j.durable(entry{Op: "given", Record: Record{Name: name, Job: id}})
}

// Over records that a job has ended, or was never submitted, and that what it left has been taken.
func (j *Journal) Over(name string) error {
	_, err := j.append(entry{Op: "over", Record: Record{Name: name}})
	return err
}

func (j *Journal) durable(e entry) error {
	n, err := j.append(e)
	if err != nil {
		return err
	}
	j.syncing.Lock()
	defer j.syncing.Unlock()
	if j.synced >= n {
		return nil // by another's sync
	}
	j.mu.Lock()
	n = j.written
	j.mu.Unlock()
	if err := j.file.Sync(); err != nil {
		return fmt.Errorf("record a job: %w", err)
	}
	j.synced = n
	return nil
}

func (j *Journal) append(e entry) (n int, err error) {
	line, err := json.Marshal(e)
	if err != nil {
		return 0, fmt.Errorf("record a job: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.file == nil {
		if j.file, err = openJournal(j.path); err != nil {
			return 0, fmt.Errorf("record a job: %w", err)
		}
	}
	if _, err := j.file.Write(append(line, '\n')); err != nil {
		return 0, fmt.Errorf("record a job: %w", err)
	}
	j.written++
	return j.written, nil
}

// openJournal opens a journal to be added to. A line that was being written when the engine was killed is ended, so that no other becomes part of it.
func openJournal(path string) (*os.File, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		return nil, err
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o666)
	if err != nil {
		return nil, err
	}
	last := make([]byte, 1)
	info, err := f.Stat()
	if err == nil && info.Size() > 0 {
		_, err = f.ReadAt(last, info.Size()-1)
		if err == nil && last[0] != '\n' {
			_, err = f.Write([]byte{'\n'})
		}
	}
	if err != nil {
		_ = f.Close()
		return nil, err
	}
	return f, nil
}

// Close closes the file.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.file == nil {
		return nil
	}
	return j.file.Close()
}

// OpenJobs are the jobs on record that are not over. A last line that was being written when the engine was killed is passed over.
func OpenJobs(path string) ([]Record, error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read the record of jobs: %w", err)
	}
	var order []string
	open := map[string]Record{}
	lines := bufio.NewScanner(bytes.NewReader(data))
	lines.Buffer(nil, len(data)+1)
	for lines.Scan() {
		var e entry
		if json.Unmarshal(lines.Bytes(), &e) != nil {
			continue
		}
		switch e.Op {
		case "ask":
			if _, known := open[e.Name]; !known {
				order = append(order, e.Name)
			}
			open[e.Name] = e.Record
		case "given":
			if r, ok := open[e.Name]; ok {
				r.Job = e.Job
				open[e.Name] = r
			}
		case "over":
			delete(open, e.Name)
		}
	}
	records := make([]Record, 0, len(open))
	for _, name := range order {
		if r, ok := open[name]; ok {
			records = append(records, r)
		}
	}
	return records, nil
}
