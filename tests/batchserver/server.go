package batchserver

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"
)

// Fault is what goes wrong with a call.
type Fault int

// The faults. Lost is carried out, but its answer never arrives; Hang is carried out, and its answer comes too late.
const (
	None Fault = iota
	Throttled
	Failing
	Reset
	Lost
	Hang
	Expired
)

// End is how a container ended.
type End struct {
	Exit   int    // of the container
	Reason string // of the container: OutOfMemoryError: …, CannotPullContainerError: …
	// Status is the job's reason, empty for Batch's usual one. NoExit is a container that was never started, so that it has no exit code.
	Status string
	NoExit bool
}

// Job is a job as the server has it.
type Job struct {
	ID, Name, Queue, Status   string
	Reason                    string
	Definition                string
	Command                   []string
	Environ                   []string       // of the container: what was submitted, and what Batch adds
	Node                      int            // of a job of several, whose containers are run side by side
	Submitted                 map[string]any // the whole request
	End                       *End
	Terminated                bool
	created, started, stopped int64
	cancel                    context.CancelFunc
	nodes                     []Job // of a job of several: what each is given
}

// Options of a [Server].
type Options struct {
	// Container runs a job; its context ends when the job is terminated.
	Container func(ctx context.Context, j Job) End
	// Fault chooses what goes wrong with a call, the nth of its operation. It may be nil.
	Fault func(op string, n int) Fault
	// Waiting is the reason of a job that is RUNNABLE and stays so; it may be nil.
	Waiting func(j Job) string
	// Platform is that of the queue, EC2 if empty.
	Platform string
	// Environment says why the compute environment is invalid; empty: it is valid.
	Environment string
}

// Server plays AWS Batch. Queues are called queue (enabled) and off (disabled).
type Server struct {
	URL  string
	opts Options
	http *httptest.Server

	mu          sync.Mutex
	jobs        map[string]*Job
	order       []string
	definitions map[string]map[string]any
	calls       map[string]int
	running     sync.WaitGroup
	most        int // jobs in a DescribeJobs
}

// Start starts a server. Close ends it.
func Start(opts Options) *Server {
	s := &Server{opts: opts, jobs: map[string]*Job{}, definitions: map[string]map[string]any{}, calls: map[string]int{}}
	s.http = httptest.NewServer(s)
	s.URL = s.http.URL
	return s
}

// Close ends the server and its containers.
func (s *Server) Close() {
	s.mu.Lock()
	for _, j := range s.jobs {
		if j.cancel != nil {
			j.cancel()
		}
	}
	s.mu.Unlock()
	s.http.CloseClientConnections()
	s.http.Close()
	s.running.Wait()
}

// Wait waits until the containers that were started have ended, of themselves. None may be started meanwhile.
func (s *Server) Wait() { s.running.Wait() }

// Jobs are all jobs, in the order they were submitted.
func (s *Server) Jobs() []Job {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := make([]Job, 0, len(s.order))
	for _, id := range s.order {
		list = append(list, *s.jobs[id])
	}
	return list
}

// Calls is how often an operation was called.
func (s *Server) Calls(op string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[op]
}

// Most is how many jobs were described at once at most.
func (s *Server) Most() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.most
}

// Definitions is how many job definitions there are.
func (s *Server) Definitions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.definitions)
}

// Registered are the job definitions as they were sent, in no order.
func (s *Server) Registered() []map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []map[string]any
	for _, d := range s.definitions {
		sent := maps.Clone(d)
		for _, own := range []string{"jobDefinitionArn", "revision", "status"} {
			delete(sent, own)
		}
		list = append(list, sent)
	}
	return list
}

// Cancel ends a job as somebody else would.
func (s *Server) Cancel(id, reason string) { s.terminate(id, reason) }

type fault struct {
	status  int
	code    string
	message string
}

// ServeHTTP answers one call.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	op := strings.TrimPrefix(r.URL.Path, "/v1/")
	s.mu.Lock()
	s.calls[op]++
	n := s.calls[op]
	s.mu.Unlock()
	f := None
	if s.opts.Fault != nil {
		f = s.opts.Fault(op, n)
	}
	switch f {
	case Throttled:
		answer(w, nil, &fault{429, "TooManyRequestsException", "Too Many Requests"})
		return
	case Failing:
		answer(w, nil, &fault{500, "ServerException", "Internal failure"})
		return
	case Expired:
		answer(w, nil, &fault{403, "ExpiredTokenException", "The security token included in the request is expired"})
		return
	case Reset:
		panic(http.ErrAbortHandler)
	}
	var in map[string]any
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		answer(w, nil, &fault{400, "ClientException", err.Error()})
		return
	}
	out, bad := s.call(op, in)
	switch f {
	case Lost:
		panic(http.ErrAbortHandler)
	case Hang:
		<-r.Context().Done()
		panic(http.ErrAbortHandler)
	}
	answer(w, out, bad)
}

func answer(w http.ResponseWriter, out any, bad *fault) {
	w.Header().Set("Content-Type", "application/json")
	if bad != nil {
		w.Header().Set("X-Amzn-ErrorType", bad.code)
		w.WriteHeader(bad.status)
		out = map[string]string{"message": bad.message}
	}
	_ = json.NewEncoder(w).Encode(out)
}

func (s *Server) call(op string, in map[string]any) (any, *fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch op {
	case "submitjob":
		return s.submit(in)
	case "describejobs":
		return s.describe(in)
	case "listjobs":
		return s.list(in)
	case "terminatejob":
		s.terminateLocked(in["jobId"].(string), in["reason"].(string))
		return map[string]any{}, nil
	case "describejobqueues":
		return s.queues(in)
	case "describecomputeenvironments":
		return s.environments()
	case "describejobdefinitions":
		name, _ := in["jobDefinitionName"].(string)
		list := []any{}
		if d, ok := s.definitions[name]; ok {
			list = append(list, d)
		}
		return map[string]any{"jobDefinitions": list}, nil
	case "registerjobdefinition":
		name := in["jobDefinitionName"].(string)
		arn := "arn:aws:batch:us-east-1:1:job-definition/" + name + ":1"
		in["jobDefinitionArn"], in["revision"], in["status"] = arn, 1, "ACTIVE"
		s.definitions[name] = in
		return map[string]any{"jobDefinitionArn": arn, "jobDefinitionName": name, "revision": 1}, nil
	}
	return nil, &fault{404, "ClientException", "no operation " + op}
}

func (s *Server) queues(in map[string]any) (any, *fault) {
	all := []any{}
	asked, _ := in["jobQueues"].([]any)
	for name, state := range map[string]string{"queue": "ENABLED", "off": "DISABLED"} {
		if len(asked) > 0 && !slices.Contains(asked, any(name)) {
			continue
		}
		all = append(all, map[string]any{
			"jobQueueName": name, "jobQueueArn": "arn:aws:batch:us-east-1:1:job-queue/" + name, "state": state, "status": "VALID", "priority": 1,
			"computeEnvironmentOrder": []any{map[string]any{"order": 1, "computeEnvironment": "machines"}},
		})
	}
	return map[string]any{"jobQueues": all}, nil
}

func (s *Server) environments() (any, *fault) {
	platform, status := s.opts.Platform, "VALID"
	if platform == "" {
		platform = "EC2"
	}
	if s.opts.Environment != "" {
		status = "INVALID"
	}
	return map[string]any{"computeEnvironments": []any{map[string]any{
		"computeEnvironmentName": "machines", "computeEnvironmentArn": "arn:machines", "status": status, "statusReason": s.opts.Environment, "state": "ENABLED",
		"computeResources": map[string]any{"type": platform, "maxvCpus": 64, "subnets": []string{}},
	}}}, nil
}

func (s *Server) submit(in map[string]any) (any, *fault) {
	name := in["jobName"].(string)
	if len(name) > 128 {
		return nil, &fault{400, "ClientException", "jobName is too long"}
	}
	text, _ := json.Marshal(in["containerOverrides"])
	if len(text) > 8192 {
		return nil, &fault{400, "ClientException", fmt.Sprintf("Container Overrides length must be at most 8192, and is %d", len(text))}
	}
	if in["jobQueue"] != "queue" {
		return nil, &fault{400, "ClientException", fmt.Sprintf("JobQueue %v not found.", in["jobQueue"])}
	}
	id := fmt.Sprintf("job-%05d", len(s.order)+1)
	j := &Job{ID: id, Name: name, Queue: "queue", Status: "SUBMITTED", Definition: in["jobDefinition"].(string), Submitted: in, created: time.Now().UnixMilli()}
	if over, ok := in["containerOverrides"].(map[string]any); ok {
		j.override(over)
	}
	if over, ok := in["nodeOverrides"].(map[string]any); ok {
		var bad *fault
		if j.nodes, bad = s.nodesOf(*j, over); bad != nil {
			return nil, bad
		}
	}
	s.jobs[id] = j
	s.order = append(s.order, id)
	return map[string]any{"jobId": id, "jobName": name, "jobArn": "arn:" + id}, nil
}
