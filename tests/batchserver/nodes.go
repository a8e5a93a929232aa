package batchserver

import (
	"fmt"
	"strconv"
	"strings"
)

// nodesOf are the containers of a job of several nodes: as many as its definition says, each with the overrides whose target it is in.
func (s *Server) nodesOf(j Job, over map[string]any) ([]Job, *fault) {
	refuse := func(format string, args ...any) ([]Job, *fault) {
		return nil, &fault{400, "ClientException", fmt.Sprintf(format, args...)}
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(j.Definition, "arn:aws:batch:us-east-1:1:job-definition/"), ":")
	properties, ok := s.definitions[name]["nodeProperties"].(map[string]any)
	if !ok {
		return refuse("job definition %s is not one of several nodes", name)
	}
	nodes := make([]Job, int(properties["numNodes"].(float64)))
	targets := 0
	for _, one := range over["nodePropertyOverrides"].([]any) {
		one := one.(map[string]any)
		first, last, err := target(one["targetNodes"].(string), len(nodes))
		if err != nil {
			return refuse("%v", err)
		}
		for i := first; i <= last; i++ {
			nodes[i] = j
			nodes[i].Node = i
			nodes[i].override(one["containerOverrides"].(map[string]any))
			nodes[i].Environ = append(nodes[i].Environ, place(j.ID, i, len(nodes))...)
			targets++
		}
	}
	if targets != len(nodes) {
		return refuse("the overrides are for %d nodes, the job has %d", targets, len(nodes))
	}
	return nodes, nil
}

// target is a range of nodes, 0:0.
func target(text string, nodes int) (first, last int, err error) {
	if n, err := fmt.Sscanf(text, "%d:%d", &first, &last); n != 2 || err != nil || first > last || last >= nodes {
		return 0, 0, fmt.Errorf("targetNodes %q are not nodes of %d", text, nodes)
	}
	return first, last, nil
}

// place are the variables with which a node knows its place. The main node is not told its own address.
func place(id string, node, nodes int) []string {
	env := []string{
		"AWS_BATCH_JOB_ID=" + id + "#" + strconv.Itoa(node), "AWS_BATCH_JOB_NODE_INDEX=" + strconv.Itoa(node), "AWS_BATCH_JOB_NUM_NODES=" + strconv.Itoa(nodes),
		"AWS_BATCH_JOB_MAIN_NODE_INDEX=0",
	}
	if node > 0 {
		env = append(env, "AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS=127.0.0.1")
	}
	return env
}
