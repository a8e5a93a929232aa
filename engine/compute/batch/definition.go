package batch

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/batch"
	"github.com/aws/aws-sdk-go-v2/service/batch/types"
)

// Definition is the job definition of a step on a platform, without its name; nodes is how many run side by side, 0 for a job of one container.
func (s *Step) Definition(p Platform, nodes int) (*sdk.RegisterJobDefinitionInput, error) {
	if err := s.fits(p, nodes); err != nil {
		return nil, err
	}
	c := &types.ContainerProperties{
		Image: aws.String(s.Image), JobRoleArn: aws.String(s.JobRole), Command: []string{"true"}, // each job brings its own
		ResourceRequirements: []types.ResourceRequirement{
			{Type: types.ResourceTypeVcpu, Value: aws.String("1")}, {Type: types.ResourceTypeMemory, Value: aws.String("4096")},
		},
	}
	if s.Privileged {
		c.Privileged = aws.Bool(true)
	}
	s.logging(c)
	d := &sdk.RegisterJobDefinitionInput{Type: types.JobDefinitionTypeContainer, PropagateTags: aws.Bool(true)}
	if p.Fargate() {
		d.PlatformCapabilities = []types.PlatformCapability{types.PlatformCapabilityFargate}
		c.ExecutionRoleArn = aws.String(s.ExecutionRole)
		c.NetworkConfiguration = &types.NetworkConfiguration{AssignPublicIp: types.AssignPublicIpEnabled}
		if s.EphemeralStorage > 0 {
			c.EphemeralStorage = &types.EphemeralStorage{SizeInGiB: aws.Int32(int32(s.EphemeralStorage))}
		}
	} else {
		if s.ExecutionRole != "" {
			c.ExecutionRoleArn = aws.String(s.ExecutionRole)
		}
		c.LinuxParameters = s.linux(nodes)
	}
	s.mount(c)
	if nodes == 0 {
		d.ContainerProperties = c
		return d, nil
	}
	d.Type = types.JobDefinitionTypeMultinode
	d.NodeProperties = &types.NodeProperties{
		NumNodes: aws.Int32(int32(nodes)), MainNode: aws.Int32(0), NodeRangeProperties: []types.NodeRangeProperty{{TargetNodes: aws.String("0:0"), Container: c}},
	}
	if nodes > 1 {
		d.NodeProperties.NodeRangeProperties = append(d.NodeProperties.NodeRangeProperties,
			types.NodeRangeProperty{TargetNodes: aws.String(others(nodes)), Container: c})
	}
	return d, nil
}

// others are the nodes but the first.
func others(nodes int) string { return fmt.Sprintf("1:%d", nodes-1) }

// fits says what the platform cannot do.
func (s *Step) fits(p Platform, nodes int) error {
	wrong := func(problem, hint string) error { return s.Fault(problem, hint) }
	switch {
	case p.Fargate() && nodes > 1:
		return wrong("its queue is on Fargate, which has no jobs of several nodes, and the step is @parallel", "choose a queue with EC2 instances: @batch(queue=…)")
	case p.Fargate() && s.ExecutionRole == "":
		return wrong("its queue is on Fargate, which needs a role to start containers with", "set METAFLOW_ECS_FARGATE_EXECUTION_ROLE, or give @batch(execution_role=…)")
	case p.Fargate() && s.UseTmpfs:
		return wrong("its queue is on Fargate, which has no tmpfs", "leave out use_tmpfs and tmpfs_size, or choose a queue with EC2 instances")
	case p.Fargate() && s.GPU+s.Inferentia+s.EFA > 0:
		return wrong("its queue is on Fargate, which has no GPUs and no other devices", "choose a queue with EC2 instances: @batch(queue=…)")
	case p.Fargate() && s.Privileged:
		return wrong("its queue is on Fargate, which has no privileged containers", "leave out privileged, or choose a queue with EC2 instances")
	case p.Fargate() && len(s.HostVolumes) > 0:
		return wrong("its queue is on Fargate, which has no host to mount folders of", "leave out host_volumes, or choose a queue with EC2 instances")
	case !p.Fargate() && s.EphemeralStorage > 0:
		return wrong("ephemeral_storage is only for Fargate, and its queue is on EC2", "leave it out, or choose a queue on Fargate")
	}
	return nil
}

func (s *Step) logging(c *types.ContainerProperties) {
	if s.LogDriver == "" && len(s.LogOptions) == 0 {
		return
	}
	c.LogConfiguration = &types.LogConfiguration{LogDriver: types.LogDriver(s.LogDriver)}
	for _, option := range s.LogOptions {
		key, value, _ := strings.Cut(option, ":")
		if c.LogConfiguration.Options == nil {
			c.LogConfiguration.Options = map[string]string{}
		}
		c.LogConfiguration.Options[key] = value
	}
}

// linux are the parameters that only containers on EC2 have.
func (s *Step) linux(nodes int) *types.LinuxParameters {
	l := &types.LinuxParameters{SharedMemorySize: small(s.SharedMemory), Swappiness: small(s.Swappiness), MaxSwap: small(s.MaxSwap)}
	for i := range s.Inferentia {
		path := aws.String(fmt.Sprintf("/dev/neuron%d", i))
		l.Devices = append(l.Devices, types.Device{HostPath: path, ContainerPath: path, Permissions: []types.DeviceCgroupPermission{"READ", "WRITE"}})
	}
	switch {
	case s.EFA > 0 && nodes > 1: // jobs of several nodes must say it all
		for i := range s.EFA {
			path := aws.String(fmt.Sprintf("/dev/infiniband/uverbs%d", i))
			l.Devices = append(l.Devices, types.Device{HostPath: path, ContainerPath: path, Permissions: []types.DeviceCgroupPermission{"READ", "WRITE", "MKNOD"}})
		}
	case s.EFA > 0:
		l.Devices = append(l.Devices, types.Device{HostPath: aws.String("/dev/infiniband/uverbs0")})
	}
	if s.UseTmpfs {
		size := s.TmpfsSize
		if size == 0 {
			size = s.Memory / 2
		}
		l.Tmpfs = []types.Tmpfs{{ContainerPath: aws.String(s.TmpfsPath), Size: aws.Int32(int32(size)), MountOptions: []string{"defaults"}}}
	}
	return l
}

func small(n *int) *int32 {
	if n == nil {
		return nil
	}
	return aws.Int32(int32(*n))
}

func (s *Step) mount(c *types.ContainerProperties) {
	add := func(name, path string, v types.Volume) {
		v.Name = aws.String(name)
		c.Volumes = append(c.Volumes, v)
		c.MountPoints = append(c.MountPoints, types.MountPoint{SourceVolume: aws.String(name), ContainerPath: aws.String(path)})
	}
	for _, host := range s.HostVolumes {
		from, to, two := strings.Cut(host, ":")
		if !two {
			to = from
		}
		add(strings.NewReplacer("/", "_", ".", "_").Replace(from), to, types.Volume{Host: &types.Host{SourcePath: aws.String(from)}})
	}
	for _, efs := range s.EFSVolumes {
		id, to, two := strings.Cut(efs, ":")
		if !two {
			to = "/mnt/" + id
		}
		add("efs_"+id, to, types.Volume{EfsVolumeConfiguration: &types.EFSVolumeConfiguration{
			FileSystemId: aws.String(id), TransitEncryption: types.EFSTransitEncryptionEnabled,
		}})
	}
}

// definitions registers job definitions, each once for its content.
type definitions struct {
	api  API
	call caller

	mu   sync.Mutex
	arns map[string]*definition
}

type definition struct {
	once sync.Mutex // held while it is made
	arn  string
}

// arn is that of an active definition with this content, which is registered if there is none.
func (ds *definitions) arn(ctx context.Context, d *sdk.RegisterJobDefinitionInput) (string, error) {
	name, err := contentName(d)
	if err != nil {
		return "", err
	}
	return ds.named(ctx, name, d)
}

// named is arn for a definition whose name is known.
func (ds *definitions) named(ctx context.Context, name string, d *sdk.RegisterJobDefinitionInput) (arn string, err error) {
	ds.mu.Lock()
	if ds.arns == nil {
		ds.arns = map[string]*definition{}
	}
	known := ds.arns[name]
	if known == nil {
		known = &definition{}
		ds.arns[name] = known
	}
	ds.mu.Unlock()
	known.once.Lock()
	defer known.once.Unlock()
	if known.arn == "" {
		known.arn, err = ds.make(ctx, name, d)
	}
	return known.arn, err
}

// contentName is the name of a definition: the same for the same content.
func contentName(d *sdk.RegisterJobDefinitionInput) (string, error) {
	text, err := json.Marshal(d)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(text)
	return "spindle_" + hex.EncodeToString(sum[:20]), nil
}

func (ds *definitions) make(ctx context.Context, name string, d *sdk.RegisterJobDefinitionInput) (arn string, err error) {
	if arn, err = ds.find(ctx, name); arn != "" || err != nil {
		return arn, err
	}
	named := *d
	named.JobDefinitionName = aws.String(name)
	err = ds.call.do(ctx, "register job definition "+name, func(ctx context.Context) error {
		out, err := ds.api.RegisterJobDefinition(ctx, &named)
		if err == nil {
			arn = aws.ToString(out.JobDefinitionArn)
		}
		return err
	}, func(ctx context.Context) (found bool, err error) {
		arn, err = ds.find(ctx, name)
		return arn != "", err
	})
	return arn, err
}

// find is the ARN of an active definition of a name, empty where there is none.
func (ds *definitions) find(ctx context.Context, name string) (string, error) {
	var out *sdk.DescribeJobDefinitionsOutput
	err := ds.call.do(ctx, "look for job definition "+name, func(ctx context.Context) (err error) {
		out, err = ds.api.DescribeJobDefinitions(ctx, &sdk.DescribeJobDefinitionsInput{JobDefinitionName: aws.String(name), Status: aws.String("ACTIVE")})
		return err
	}, nil)
	if err != nil || len(out.JobDefinitions) == 0 {
		return "", err
	}
	return aws.ToString(out.JobDefinitions[0].JobDefinitionArn), nil
}
