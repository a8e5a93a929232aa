package machine

// batch is work that is ready: a task, or the children of a foreach that have not been made yet. Children are made one by one when
// there is room to start them, so that a wide foreach costs nothing while it waits.
type batch struct {
	task  TaskID // NoTask for children
	scope *scope
	from  TaskID // the split
	iter  []int
	next  int // index of the next child
}

// queue is first in, first out, with retries ahead of everything.
type queue struct {
	retries []TaskID
	items   []batch
	head    int
	size    int // tasks, children counted one by one
}

func (q *queue) push(b batch, n int) {
	q.items = append(q.items, b)
	q.size += n
}

func (q *queue) retry(t TaskID) {
	q.retries = append(q.retries, t)
	q.size++
}

// front is the first batch, nil when only retries or nothing is left.
func (q *queue) front() *batch {
	if q.head == len(q.items) {
		return nil
	}
	return &q.items[q.head]
}

// drop removes the first batch. Space is given back when half of the slice is dead.
func (q *queue) drop() {
	q.items[q.head] = batch{}
	q.head++
	if q.head > 64 && q.head*2 > len(q.items) {
		q.items = append(q.items[:0], q.items[q.head:]...)
		q.head = 0
	}
}

func (q *queue) clear() { *q = queue{} }
