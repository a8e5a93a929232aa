package python

import "sync"

// sequence brings three streams in order: stdout, stderr and the messages. Each carries the numbers 1, 2, 3 …: a message as its field, a pipe as a mark. What
// is before a number in a pipe comes before the message with that number, what is after it comes after.
type sequence struct {
	mu      sync.Mutex
	changed *sync.Cond
	at      [2]int64 // the last number seen in each pipe
	ended   [2]bool
	due     int64 // the message that has come in last
	handled int64 // the message that has been dealt with last
	silent  bool  // no message comes any more
}

func newSequence() *sequence {
	s := &sequence{}
	s.changed = sync.NewCond(&s.mu)
	return s
}

// pass is called by the reader of a pipe at a mark: it waits for the message of that number to be dealt with. A message that got lost is not
// waited for once a later one is there.
func (s *sequence) pass(pipe int, number int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.at[pipe] = max(s.at[pipe], number)
	s.changed.Broadcast()
	for s.handled < number && s.due <= number && !s.silent {
		s.changed.Wait()
	}
}

// message waits until both pipes have been read up to the number, then deals with the message.
func (s *sequence) message(number int64, handle func()) {
	s.mu.Lock()
	s.due = number
	s.changed.Broadcast()
	for i := range s.at {
		for s.at[i] < number && !s.ended[i] {
			s.changed.Wait()
		}
	}
	s.mu.Unlock()
	handle()
	s.mu.Lock()
	s.handled = number
	s.changed.Broadcast()
	s.mu.Unlock()
}

// end says that a pipe has been read to its end.
func (s *sequence) end(pipe int) {
	s.mu.Lock()
	s.ended[pipe] = true
	s.changed.Broadcast()
	s.mu.Unlock()
}

// hush says that no message comes any more.
func (s *sequence) hush() {
	s.mu.Lock()
	s.silent = true
	s.changed.Broadcast()
	s.mu.Unlock()
}
