package batchserver

import (
	"context"
	"strings"
	"time"
)

func (s *Server) describe(in map[string]any) (any, *fault) {
	asked := in["jobs"].([]any)
	s.most = max(s.most, len(asked))
	if len(asked) > 100 {
		return nil, &fault{400, "ClientException", "at most 100 jobs"}
	}
	list := []any{}
	for _, id := range asked {
		if j := s.jobs[id.(string)]; j != nil {
			s.advance(j)
			list = append(list, j.detail())
		}
	}
	return map[string]any{"jobs": list}, nil
}

// advance lets a job come one state further.
func (s *Server) advance(j *Job) {
	switch j.Status {
	case "SUBMITTED":
		j.Status = "RUNNABLE"
	case "RUNNABLE":
		if s.opts.Waiting != nil {
			if j.Reason = s.opts.Waiting(*j); j.Reason != "" {
				return
			}
		}
		j.Status = "STARTING"
	case "STARTING":
		j.Status, j.started = "RUNNING", time.Now().UnixMilli()
		ctx, cancel := context.WithCancel(context.Background())
		j.cancel = cancel
		copied := *j
		for _, node := range j.nodes { // all but the main one, whose end ends them
			if node.Node > 0 {
				s.running.Go(func() { s.opts.Container(ctx, node) })
			} else {
				copied = node
			}
		}
		s.running.Go(func() {
			defer cancel()
			end := s.opts.Container(ctx, copied)
			s.mu.Lock()
			defer s.mu.Unlock()
			if j.Status == "RUNNING" {
				s.end(j, end)
			}
		})
	}
}

// override gives the job's container a command and variables.
func (j *Job) override(over map[string]any) {
	for _, word := range over["command"].([]any) {
		j.Command = append(j.Command, word.(string))
	}
	j.Environ = []string{
		"AWS_BATCH_JOB_ID=" + j.ID, "AWS_BATCH_JOB_ATTEMPT=1", "AWS_BATCH_CE_NAME=machines", "AWS_BATCH_JQ_NAME=" + j.Queue, "AWS_EXECUTION_ENV=AWS_ECS_EC2",
	}
	given, _ := over["environment"].([]any)
	for _, v := range given {
		pair := v.(map[string]any)
		j.Environ = append(j.Environ, pair["name"].(string)+"="+pair["value"].(string))
	}
}

func (s *Server) end(j *Job, end End) {
	j.End, j.stopped = &end, time.Now().UnixMilli()
	j.Status, j.Reason = "FAILED", end.Status
	if j.Reason == "" {
		j.Reason = "Essential container in task exited"
	}
	if end.Exit == 0 && !end.NoExit && end.Status == "" {
		j.Status = "SUCCEEDED"
	}
}

func (s *Server) terminate(id, reason string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.terminateLocked(id, reason)
}

func (s *Server) terminateLocked(id, reason string) {
	j := s.jobs[id]
	if j == nil || j.Status == "FAILED" || j.Status == "SUCCEEDED" {
		return
	}
	j.Terminated = true
	if j.cancel != nil {
		j.cancel()
	}
	s.end(j, End{NoExit: true, Status: reason})
}

func (j *Job) detail() map[string]any {
	container := map[string]any{}
	if j.End != nil {
		if !j.End.NoExit {
			container["exitCode"] = j.End.Exit
		}
		if j.End.Reason != "" {
			container["reason"] = j.End.Reason
		}
	}
	d := map[string]any{
		"jobId": j.ID, "jobName": j.Name, "jobQueue": j.Queue, "status": j.Status, "jobDefinition": j.Definition, "createdAt": j.created,
		"startedAt": j.started, "container": container, "parameters": j.Submitted["parameters"], "isTerminated": j.Terminated,
	}
	if j.Reason != "" {
		d["statusReason"] = j.Reason
	}
	if j.stopped > 0 {
		d["stoppedAt"] = j.stopped
	}
	return d
}

// list lists the jobs of a status, or, where names are asked for, those of all.
func (s *Server) list(in map[string]any) (any, *fault) {
	var names []string
	filters, _ := in["filters"].([]any)
	for _, f := range filters {
		for _, v := range f.(map[string]any)["values"].([]any) {
			names = append(names, v.(string))
		}
	}
	list := []any{}
	for _, id := range s.order {
		j := s.jobs[id]
		if len(names) == 0 && j.Status != in["jobStatus"] || len(names) > 0 && !matches(j.Name, names) || in["jobQueue"] != j.Queue {
			continue
		}
		list = append(list, map[string]any{"jobId": j.ID, "jobName": j.Name, "status": j.Status, "createdAt": j.created})
	}
	return map[string]any{"jobSummaryList": list}, nil
}

func matches(name string, patterns []string) bool {
	for _, p := range patterns {
		if prefix, ok := strings.CutSuffix(p, "*"); ok && strings.HasPrefix(name, prefix) || name == p {
			return true
		}
	}
	return false
}
