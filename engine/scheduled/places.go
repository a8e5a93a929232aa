package scheduled

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spindle-flow/spindle/engine/compute/remote"
	"github.com/spindle-flow/spindle/engine/objects"
)

// folder is where a flow has what is no run of it.
const folder = "_spindle"

// Bootstrap is how the containers of a deployment become helpers: the same for all of its tasks, which are told by variables.
func Bootstrap(helpers map[string]remote.Blob, endpoint, region string) remote.Bootstrap {
	return remote.Bootstrap{Job: remote.Deployed, Helpers: helpers, Endpoint: endpoint, Region: region}
}

// Encode is the document and where it belongs: below the flow, under the hash of its content. Equal deployments give equal documents.
func (d *Deployment) Encode() (data []byte, place objects.Place, err error) {
	root, err := objects.Parse(d.Root)
	if err != nil {
		return nil, place, err
	}
	root.Key = strings.Trim(root.Key, "/")
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(d); err != nil {
		return nil, place, fmt.Errorf("deployment of %s: %w", d.Flow, err)
	}
	sum := sha256.Sum256(b.Bytes())
	return b.Bytes(), root.Join(d.Flow + "/" + folder + "/deployments/" + hex.EncodeToString(sum[:]) + ".json"), nil
}

// Send puts the document into the store and returns where it is, for [EnvDeployment].
func (d *Deployment) Send(ctx context.Context, c *objects.Client) (objects.Place, error) {
	data, place, err := d.Encode()
	if err == nil {
		err = c.Put(ctx, place, data, objects.PutOptions{Attributes: objects.Attributes{ContentType: "application/json"}})
	}
	if err != nil {
		return place, fmt.Errorf("send the deployment of %s: %w", d.Flow, err)
	}
	return place, nil
}

// Read reads a document.
func Read(ctx context.Context, c *objects.Client, place objects.Place) (*Deployment, error) {
	data, _, err := c.Bytes(ctx, place)
	if err != nil {
		return nil, fmt.Errorf("read deployment: %w", err)
	}
	sum := sha256.Sum256(data)
	if !strings.HasSuffix(place.Key, "/"+hex.EncodeToString(sum[:])+".json") {
		return nil, fmt.Errorf("deployment %q was changed after it was sent: its name is not the SHA-256 of its content", place.String())
	}
	var d Deployment
	if err := json.Unmarshal(data, &d); err != nil {
		return nil, fmt.Errorf("deployment %q: %w", place.String(), err)
	}
	if d.Version != Version {
		return nil, fmt.Errorf("deployment %q is of version %d, and this helper knows version %d: it comes from another release", place.String(), d.Version, Version)
	}
	return &d, nil
}

// RunFolder is the prefix of what tasks of a run leave for the scheduler and for each other.
func RunFolder(root objects.Place, flow, run string) objects.Place {
	return root.Join(flow + "/" + folder + "/runs/" + run)
}

// LeftPlace is where a task leaves what the scheduler needs of it, a [Left]: <root>/<flow>/_spindle/runs/<run>/<step>/<task>.json.
func LeftPlace(root objects.Place, flow, run, step, task string) objects.Place {
	return RunFolder(root, flow, run).Join(step + "/" + task + ".json")
}

// ItemsPlace is where a foreach task leaves the indexes of its items as an array and nothing else: <task>.items.json in the same folder.
func ItemsPlace(root objects.Place, flow, run, step, task string) objects.Place {
	return RunFolder(root, flow, run).Join(step + "/" + task + ".items.json")
}
