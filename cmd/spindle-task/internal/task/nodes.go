package task

import (
	"context"
	"maps"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/worker"
)

// Variables of a job of several nodes on AWS Batch. The first is not set on the main node.
const (
	mainAddress = "AWS_BATCH_JOB_MAIN_NODE_PRIVATE_IPV4_ADDRESS"
	nodeCount   = "AWS_BATCH_JOB_NUM_NODES"
)

const (
	nodesLimit = 10 * time.Minute // for the other nodes, once the main one is done
	nodesEvery = 2 * time.Second
)

// meet tells a node of a parallel step where the main node is, which is known only here.
func (h *helper) meet(t *worker.Task) {
	if t.Parallel == nil || h.env(nodeCount) == "" {
		return
	}
	address := h.env(mainAddress)
	if address == "" {
		address = ownAddress()
	}
	if address == "" {
		return
	}
	world := *t.Parallel
	world.MainIP = address
	t.Parallel, t.Env = &world, maps.Clone(t.Env)
	if t.Env == nil {
		t.Env = map[string]string{}
	}
	t.Env["MF_PARALLEL_MAIN_IP"] = address
}

// ownAddress is the address others reach this machine at: the one that what goes to the outside has. Nothing is sent.
func ownAddress() string {
	c, err := net.Dial("udp", "169.254.169.254:80")
	if err != nil {
		return ""
	}
	defer c.Close()
	host, _, err := net.SplitHostPort(c.LocalAddr().String())
	if err != nil {
		return ""
	}
	return host
}

// await keeps the main node until the others have left their outcomes: its end ends them.
func (h *helper) await(code int) {
	if h.job == nil || h.job.Task.Parallel == nil || h.job.Task.Parallel.NodeIndex != 0 || h.env(nodeCount) == "" || code != remote.ExitDone {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), nodesLimit)
	defer cancel()
	dir, attempt, _ := cutLast(h.paths.Folder.Key)
	for i := 1; i < h.job.Task.Parallel.NumNodes; i++ {
		node := h.paths
		node.Folder.Key = dir + "_node_" + strconv.Itoa(i) + "/" + attempt
		for {
			if o, err := remote.ReadOutcome(ctx, h.client, node); err == nil && o != nil {
				break
			}
			select {
			case <-time.After(nodesEvery):
			case <-h.Stop:
				return
			case <-ctx.Done():
				return
			}
		}
	}
}

// cutLast cuts a key at its last slash.
func cutLast(key string) (before, after string, found bool) {
	at := strings.LastIndexByte(key, '/')
	if at < 0 {
		return "", key, false
	}
	return key[:at], key[at+1:], true
}
