package artifact

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// AttemptState is one attempt of a task as its files tell.
type AttemptState struct {
	Attempt int
	Done    bool
}

// Attempts lists the attempts that were begun, in order. No task: no attempts.
func (s *Store) Attempts(t Task) ([]AttemptState, error) {
	dir, err := taskDir(t)
	if err != nil {
		return nil, fmt.Errorf("attempts of %q: %w", t, err)
	}
	names, err := s.files.names(dir)
	if err != nil {
		return nil, fmt.Errorf("attempts of %q: %w", t, err)
	}
	done := map[int]bool{}
	var begun []int
	for _, name := range names {
		number, kind, _ := strings.Cut(name, ".")
		n, err := strconv.Atoi(number)
		if err != nil || n < 0 || strconv.Itoa(n) != number {
			continue
		}
		switch kind {
		case attemptName:
			begun = append(begun, n)
		case doneName:
			done[n] = true
		}
	}
	slices.Sort(begun)
	states := make([]AttemptState, len(begun))
	for i, n := range begun {
		states[i] = AttemptState{Attempt: n, Done: done[n]}
	}
	return states, nil
}

// Latest is the attempt readers use: the highest begun one below [MaxAttempts], not looking past a gap after the first.
// ok is false if none was begun.
func Latest(attempts []AttemptState) (latest AttemptState, ok bool) {
	for _, a := range attempts {
		if a.Attempt >= MaxAttempts || ok && a.Attempt != latest.Attempt+1 {
			break
		}
		latest, ok = a, true
	}
	return latest, ok
}

// LatestDone is the latest attempt if it is done. An unfinished later attempt hides a finished earlier one: ErrUnfinished.
func (s *Store) LatestDone(t Task) (int, error) {
	attempts, err := s.Attempts(t)
	if err != nil {
		return 0, err
	}
	latest, ok := Latest(attempts)
	if !ok || !latest.Done {
		return 0, fmt.Errorf("task %q: %w", t, ErrUnfinished)
	}
	return latest.Attempt, nil
}

// Flows lists the flows of the store.
func (s *Store) Flows() ([]string, error) {
	names, err := s.list()
	if err != nil {
		return nil, err
	}
	// Beside the flows stand cards (mf.cards) and the files of IncludeFile (data), a name a flow could have too.
	return slices.DeleteFunc(names, func(name string) bool {
		if strings.ContainsAny(name, ".-") {
			return true
		}
		if name != "data" {
			return false
		}
		there, err := s.files.exists("data/_meta/_self.json")
		return err != nil || !there
	}), nil
}

// Runs lists the runs of a flow, oldest first as far as ids are numbers.
func (s *Store) Runs(flow string) ([]string, error) {
	names, err := s.list(flow)
	return slices.DeleteFunc(names, func(name string) bool { return name == "data" }), err
}

// Steps lists the steps of a run.
func (s *Store) Steps(flow, run string) ([]string, error) { return s.list(flow, run) }

// Tasks lists the tasks of a step, by number.
func (s *Store) Tasks(flow, run, step string) ([]string, error) { return s.list(flow, run, step) }

func (s *Store) list(parts ...string) ([]string, error) {
	dir, err := nameOf(parts...)
	if err != nil {
		return nil, err
	}
	names, err := s.files.folders(dir)
	if err != nil {
		return nil, fmt.Errorf("list datastore: %w", err)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == "_meta" || name == "_spindle" || strings.HasPrefix(name, ".") })
	slices.SortFunc(names, compareIDs)
	return names, nil
}

// compareIDs orders ids with their numbers as numbers: 2, 12, 12_node_1, 12_node_10.
func compareIDs(a, b string) int {
	for a != "" && b != "" {
		na, nb := digits(a), digits(b)
		switch {
		case na > 0 && nb > 0:
			if c := compareNumbers(a[:na], b[:nb]); c != 0 {
				return c
			}
			a, b = a[na:], b[nb:]
		case a[0] != b[0]:
			return int(a[0]) - int(b[0])
		default:
			a, b = a[1:], b[1:]
		}
	}
	return len(a) - len(b)
}

func digits(s string) int {
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	return n
}

func compareNumbers(a, b string) int {
	ta, tb := strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(ta) != len(tb) {
		return len(ta) - len(tb)
	}
	if c := strings.Compare(ta, tb); c != 0 {
		return c
	}
	return len(a) - len(b)
}

// LatestRun is the run last started, as noted by [Store.SetLatestRun]. ErrMissing if there is no note.
func (s *Store) LatestRun(flow string) (string, error) {
	name, err := nameOf(flow, "latest_run")
	if err != nil {
		return "", fmt.Errorf("latest run: %w", err)
	}
	text, err := s.notes.read(name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("latest run of %q: %w", flow, ErrMissing)
	}
	if err != nil {
		return "", fmt.Errorf("latest run of %q: %w", flow, err)
	}
	return strings.TrimSpace(string(text)), nil
}
