package workspace

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/spindle-flow/spindle/cmd/spindle/internal/fault"
	"github.com/spindle-flow/spindle/engine/artifact"
	"github.com/spindle-flow/spindle/engine/artifact/cache"
	"github.com/spindle-flow/spindle/engine/disk"
	"github.com/spindle-flow/spindle/engine/objects"
	"github.com/spindle-flow/spindle/engine/objects/s3client"
)

// Variables of Metaflow's that say where the store in S3 is and how it is used.
const (
	endpointVariable   = "METAFLOW_S3_ENDPOINT_URL"
	s3RootVariable     = "METAFLOW_DATASTORE_SYSROOT_S3"
	retryVariable      = "METAFLOW_S3_RETRY_COUNT"
	workersVariable    = "METAFLOW_S3_WORKER_COUNT"
	encryptionVariable = "METAFLOW_S3_SERVER_SIDE_ENCRYPTION"
	cachePathVariable  = "METAFLOW_CLIENT_CACHE_PATH"
	cacheSizeVariable  = "METAFLOW_CLIENT_CACHE_MAX_SIZE" // in MB
	regionVariable     = "AWS_REGION"
)

// cacheSize is the limit of the cache of values where the settings have none, in MB: Metaflow's.
const cacheSize = 10_000

// reading is the policy of commands that only read, whose user waits.
var reading = objects.Policy{Tries: 7, Base: 100 * time.Millisecond, Cap: 4 * time.Second}

// firstContact is how long it may take to find out that there is nobody.
const firstContact = 20 * time.Second

// Objects is the client for object stores, made when it is first asked for. Nothing is sent before it is used.
func (w *Workspace) Objects() (*objects.Client, error) {
	w.objectsOnce.Do(func() { w.objects, w.objectsErr = w.newObjects() })
	return w.objects, w.objectsErr
}

func (w *Workspace) newObjects() (*objects.Client, error) {
	opts := objects.Options{Encryption: w.Env(encryptionVariable), Now: w.Now, Watch: w.Watch}
	var err error
	if opts.Slots, err = w.number(workersVariable, 0); err != nil {
		return nil, err
	}
	if opts.Policy, err = w.policy(objects.Patient); err != nil {
		return nil, err
	}
	requests, err := s3client.Open(context.Background(), s3client.Config{Endpoint: w.Env(endpointVariable), Region: w.Region(), Connections: opts.Slots})
	if err != nil {
		return nil, fault.WithHint(&fault.Store{Err: err}, "see ~/.aws/config, or the file that AWS_CONFIG_FILE names")
	}
	return objects.New(requests, opts), nil
}

// policy is one with as many tries as the settings say, if they do.
func (w *Workspace) policy(p objects.Policy) (objects.Policy, error) {
	retries, err := w.number(retryVariable, -1)
	if retries >= 0 {
		p.Tries = retries + 1
	}
	return p, err
}

// number reads a setting that is a count.
func (w *Workspace) number(name string, otherwise int) (int, error) {
	text := w.Env(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return 0, fault.Usagef("%s=%q is not a count", name, text)
	}
	return n, nil
}

// values is where fetched values are kept for all commands.
func (w *Workspace) values() (*cache.Cache, error) {
	dir := filepath.Join(w.CacheDir(), "values")
	if path := w.Env(cachePathVariable); path != "" {
		dir = filepath.Join(w.Abs(path), "spindle-values")
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		dir = filepath.Join(w.tempCache(), "values") // as for the SDK
	}
	mb, err := w.number(cacheSizeVariable, cacheSize)
	if err != nil {
		return nil, err
	}
	return cache.Open(dir, int64(mb)<<20, w.Now), nil
}

// remote says whether values are kept in S3.
func (w *Workspace) remote() bool { return w.Top.Datastore == "s3" }

// s3Root is where in S3.
func (w *Workspace) s3Root() (string, error) {
	root, from := w.Top.DatastoreRoot, "--datastore-root"
	if root == "" {
		root, from = w.Env(s3RootVariable), s3RootVariable
	}
	if root == "" {
		return "", fault.WithHint(fault.Usagef("the datastore is s3, but nothing says where in S3"),
			"set %s=s3://bucket/prefix, or give --datastore-root s3://bucket/prefix", s3RootVariable)
	}
	if _, err := objects.Parse(root); err != nil {
		return "", fault.Usagef("%s: %v", from, err)
	}
	return root, nil
}

// storeOf is the store at an address. folder is the local root.
func (w *Workspace) storeOf(root, folder string, group *disk.Group, policy objects.Policy) (*artifact.Store, error) {
	place, err := objects.Parse(root)
	if err != nil {
		return nil, err
	}
	client, err := w.Objects()
	if err != nil {
		return nil, err
	}
	values, err := w.values()
	if err != nil {
		return nil, err
	}
	if policy, err = w.policy(policy); err != nil {
		return nil, err
	}
	place.Key = strings.Trim(place.Key, "/")
	return artifact.OpenRemote(artifact.Remote{Client: client.With(policy), Root: place, Cache: values, Folder: folder}, artifact.Options{Group: group, Now: w.Now}), nil
}

// openValues opens the store in S3 and makes sure that there is one.
func (w *Workspace) openValues(folder string, mode Mode, group *disk.Group) (*artifact.Store, error) {
	root, err := w.s3Root()
	if err != nil {
		return nil, err
	}
	policy := reading
	if mode == Write {
		policy = objects.Patient
	}
	if mode != Serve {
		if err := w.greet(root); err != nil {
			return nil, err
		}
	}
	return w.storeOf(root, folder, group, policy)
}

// greet makes sure that the bucket can be used, soon.
func (w *Workspace) greet(root string) error {
	place, err := objects.Parse(root)
	if err != nil {
		return err
	}
	client, err := w.Objects()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), firstContact)
	defer cancel()
	err = client.With(objects.Brisk).Check(ctx, place.Bucket)
	if errors.Is(err, context.DeadlineExceeded) {
		err = &objects.Error{Op: "open", Place: place, Kind: objects.Stalled, Endpoint: w.endpoint(), Err: err}
	}
	return storeFault(err)
}

func (w *Workspace) endpoint() string {
	if e := w.Env(endpointVariable); e != "" {
		return e
	}
	return "S3"
}

// storeFault is an object store that cannot be used.
func storeFault(err error) error {
	if err == nil {
		return nil
	}
	return WithRemedy(&fault.Store{Err: err})
}

// WithRemedy adds the way out to an error of an object store or a metadata service that has no hint yet.
func WithRemedy(err error) error {
	var e interface{ Remedy() string }
	if fault.Hint(err) == "" && errors.As(err, &e) && e.Remedy() != "" {
		return fault.WithHint(err, "%s", e.Remedy())
	}
	return err
}

// openRemote opens a store that a record names, to read from.
func (s *Stores) openRemote(w *Workspace) func(root string) (*artifact.Store, error) {
	return func(root string) (*artifact.Store, error) {
		return w.storeOf(root, s.Root, s.Group, reading)
	}
}

// RemoteValues is the store of values in S3 for who writes there without a store on this machine. Nothing is sent before it is used.
func (w *Workspace) RemoteValues() (*artifact.Store, error) {
	root, err := w.s3Root()
	if err != nil {
		return nil, err
	}
	return w.storeOf(root, "", nil, objects.Patient)
}

// Region is AWS's that is meant, empty where only the files of AWS say so.
func (w *Workspace) Region() string {
	if r := w.Env(regionVariable); r != "" {
		return r
	}
	return w.Env("AWS_DEFAULT_REGION")
}
