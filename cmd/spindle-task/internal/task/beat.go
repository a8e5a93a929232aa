package task

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/objects"
)

// The phases that a sign of life tells.
const (
	phaseStart = "start"
	phaseRun   = "run"
	phaseStore = "store"
)

// beat gives signs of life, the first at once, until the returned function is called. One that cannot be given is left out.
func (h *helper) beat() (stop func()) {
	h.phase.Store(phaseStart)
	ctx, cancel := context.WithCancel(context.Background())
	var done sync.WaitGroup
	done.Go(func() {
		ticker := time.NewTicker(remote.BeatEvery)
		defer ticker.Stop()
		for {
			h.sign(ctx)
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
			}
		}
	})
	return func() {
		cancel()
		done.Wait()
	}
}

func (h *helper) sign(ctx context.Context) {
	phase, _ := h.phase.Load().(string)
	data, err := json.Marshal(remote.Beat{Host: h.out.Host, Begun: h.out.Begun, Phase: phase, At: h.Now().UTC()})
	if err != nil {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, remote.BeatEvery)
	defer cancel()
	_ = h.client.Put(ctx, h.paths.Beat(), data, objects.PutOptions{}) // the next one will tell
}
