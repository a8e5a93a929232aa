package catalog

import "github.com/spindle-flow/spindle/engine/graph"

func compute() []Decorator { return []Decorator{resources(), batch(), kubernetes()} }

func resources() Decorator {
	return Decorator{
		Name: "resources", Level: Step, Doc: "What the step needs from whatever computes it; a local run ignores it.",
		Args: []Arg{
			{Name: "cpu", Types: []Type{Number}, Default: "1", Limits: shouldBe(positive()), Doc: "Number of CPUs."},
			{Name: "gpu", Types: []Type{Int}, Default: "None", Limits: shouldBe(natural()), Doc: "Number of GPUs."},
			{Name: "disk", Types: []Type{Number}, Default: "None", Limits: shouldBe(positive()), Unit: "MB", Doc: "Size of the disk; Kubernetes only."},
			{Name: "memory", Types: []Type{Number}, Default: "4096", Limits: shouldBe(positive()), Unit: "MB", Doc: "Size of the memory."},
			{Name: "shared_memory", Types: []Type{Int}, Default: "None", Limits: shouldBe(positive()), Unit: "MiB", Doc: "Size of /dev/shm."},
		},
	}
}

func batch() Decorator {
	return Decorator{
		Name: "batch", Level: Step, Doc: "Runs the step's tasks on AWS Batch.",
		Args: []Arg{
			{Name: "cpu", Types: []Type{Number}, Default: "None", Limits: positive(), Fails: notOptionalNumber(), Doc: "Number of CPUs, 1 if not given; with @resources the larger one counts."},
			{Name: "gpu", Types: []Type{Int}, Default: "None", Limits: shouldBe(natural()), Fails: notOptionalNumber(), Doc: "Number of GPUs; with @resources the larger one counts."},
			{Name: "memory", Types: []Type{Number}, Default: "None", Limits: positive(), Unit: "MB", Fails: notOptionalNumber(),
				Doc: "Size of the memory in MB, 4096 if not given; with @resources the larger one counts."},
			{Name: "image", Types: []Type{Str}, Default: "None", Fails: notText(), Doc: "The container image; the configured one, or Python's, if not given."},
			{Name: "queue", Types: []Type{Str}, Default: "None", Doc: "The job queue; the configured one if not given."},
			{Name: "iam_role", Types: []Type{Str}, Default: "None", Doc: "The role of the job; the configured one if not given."},
			{Name: "execution_role", Types: []Type{Str}, Default: "None", Doc: "The role that starts a Fargate task; the configured one if not given."},
			{Name: "shared_memory", Types: []Type{Int}, Default: "None", Limits: positive(), Unit: "MiB", Fails: notOptionalNumber(), Doc: "Size of /dev/shm."},
			{Name: "max_swap", Types: []Type{Int}, Default: "None", Limits: natural(), Unit: "MiB", Fails: notOptionalNumber(), Doc: "How much a container may swap."},
			{Name: "swappiness", Types: []Type{Int}, Default: "None", Limits: []Limit{{Relation: ">=", Bound: 0, Fails: true}, {Relation: "<=", Bound: 99, Fails: true}}, Fails: notOptionalNumber(), Doc: "How eagerly to swap: 0 to 99."},
			{Name: "inferentia", Types: []Type{Int}, Default: "None", Limits: shouldBe(natural()), Fails: notOptionalNumber(), Doc: "Number of Inferentia chips."},
			{Name: "trainium", Types: []Type{Int}, Default: "None", Limits: shouldBe(natural()), Fails: notOptionalNumber(), Doc: "Another name of inferentia; give one of the two."},
			{Name: "efa", Types: []Type{Int}, Default: "None", Limits: shouldBe(natural()), Doc: "Number of elastic fabric adapters."},
			{Name: "host_volumes", Types: []Type{Str, Sequence}, Default: "None", Doc: "Folders of the host to mount: path, or path:path in the container."},
			{Name: "efs_volumes", Types: []Type{Str, Sequence}, Default: "None", Doc: "File systems of EFS to mount: id, or id:path in the container."},
			{Name: "aws_batch_tags", Types: []Type{Dict}, Default: "None", Fails: notOptionalDict(), Doc: "Tags of the job."},
			{Name: "use_tmpfs", Types: []Type{Bool}, Default: "False", Doc: "Whether to mount a tmpfs; not on Fargate."},
			{Name: "tmpfs_tempdir", Types: []Type{Bool}, Default: "True", Doc: "Whether current.tempdir is on the tmpfs."},
			{Name: "tmpfs_size", Types: []Type{Int}, Default: "None", Limits: shouldBe(natural()), Unit: "MiB", Fails: notOptionalNumber(), Doc: "Size of the tmpfs, half of the memory if not given."},
			{Name: "tmpfs_path", Types: []Type{Str}, Default: "/metaflow_temp", Fails: notText(), Doc: "Where the tmpfs is mounted: an absolute path."},
			{Name: "ephemeral_storage", Types: []Type{Int}, Default: "None", Limits: []Limit{{Relation: ">=", Bound: 21}, {Relation: "<=", Bound: 200}}, Unit: "GiB", Doc: "Size of the disk on Fargate: 21 to 200."},
			{Name: "log_driver", Types: []Type{Str}, Default: "None", Doc: "The log driver of the container."},
			{Name: "log_options", Types: []Type{Str, Sequence}, Default: "None", Doc: "Options of the log driver: key:value."},
			{Name: "executable", Types: []Type{Str}, Default: "None", Doc: "The Python to start in the container."},
			{Name: "privileged", Types: []Type{Bool}, Default: "False", Doc: "Whether the container has the host's rights."},
		},
	}
}

func kubernetes() Decorator {
	return Decorator{
		Name: "kubernetes", Level: Step, Doc: "Runs the step's tasks as pods of Kubernetes.",
		Args: []Arg{
			{Name: "cpu", Types: []Type{Number}, Default: "1", Limits: positive(), Fails: notNumber(), Doc: "Number of CPUs; with @resources the larger one counts."},
			{Name: "memory", Types: []Type{Number}, Default: "4096", Limits: positive(), Unit: "MB", Fails: notNumber(), Doc: "Size of the memory in MB; with @resources the larger one counts."},
			{Name: "disk", Types: []Type{Number}, Default: "10240", Limits: positive(), Unit: "MB", Fails: notNumber(), Doc: "Size of the disk in MB; with @resources the larger one counts."},
			{Name: "image", Types: []Type{Str}, Default: "None", Fails: notText(), Doc: "The container image; the configured one, or Python's, if not given."},
			{Name: "image_pull_policy", Types: []Type{Str}, Default: "None", Values: []string{"Always", "IfNotPresent", "Never"}, Doc: "When the image is pulled."},
			{Name: "image_pull_secrets", Types: []Type{Sequence}, Default: "None", Doc: "Names of secrets to pull the image with."},
			{Name: "service_account", Types: []Type{Str}, Default: "None", Doc: "The pod's service account; the configured one if not given."},
			{Name: "secrets", Types: []Type{Str, Sequence}, Default: "None", Doc: "Kubernetes secrets to put into the environment."},
			{Name: "node_selector", Types: []Type{Dict, Str}, Default: "None", Doc: "Labels that a node must have: a dictionary, or key=value,key=value."},
			{Name: "namespace", Types: []Type{Str}, Default: "None", Doc: "The namespace of the pod; the configured one if not given."},
			{Name: "gpu", Types: []Type{Int}, Default: "None", Limits: shouldBe(natural()),
				Fails: append([]graph.LiteralKind{graph.LiteralFloat}, notOptionalNumber()...), Doc: "Number of GPUs; 0 asks for a node without any."},
			{Name: "gpu_vendor", Types: []Type{Str}, Default: "None", Enforced: true, Values: []string{"nvidia", "amd"}, Fails: notText(), Doc: "Whose GPUs."},
			{Name: "tolerations", Types: []Type{Sequence}, Default: "None",
				Fails: []graph.LiteralKind{graph.LiteralStr, graph.LiteralDict, graph.LiteralInt}, Doc: "Taints of nodes that the pod tolerates, each a dictionary."},
			{Name: "labels", Types: []Type{Dict}, Default: "None", Fails: notOptionalDict(), Doc: "Labels of the pod."},
			{Name: "annotations", Types: []Type{Dict}, Default: "None", Fails: notOptionalDict(), Doc: "Annotations of the pod."},
			{Name: "use_tmpfs", Types: []Type{Bool}, Default: "None", Doc: "Whether to mount a tmpfs."},
			{Name: "tmpfs_tempdir", Types: []Type{Bool}, Default: "True", Doc: "Whether current.tempdir is on the tmpfs."},
			{Name: "tmpfs_size", Types: []Type{Int}, Default: "None", Limits: natural(), Unit: "MiB", Fails: notOptionalNumber(), Doc: "Size of the tmpfs, half of the memory if not given."},
			{Name: "tmpfs_path", Types: []Type{Str}, Default: "/metaflow_temp", Doc: "Where the tmpfs is mounted."},
			{Name: "persistent_volume_claims", Types: []Type{Dict}, Default: "None", Doc: "Volumes to mount: paths by the name of the claim."},
			{Name: "shared_memory", Types: []Type{Int}, Default: "None", Limits: natural(), Unit: "MiB",
				Fails: append([]graph.LiteralKind{graph.LiteralFloat}, notOptionalNumber()...), Doc: "Size of /dev/shm."},
			{Name: "port", Types: []Type{Int}, Default: "None", Limits: []Limit{{Relation: ">=", Bound: 1}, {Relation: "<=", Bound: 65535}}, Doc: "A port of the pod to open."},
			{Name: "compute_pool", Types: []Type{Str}, Default: "None", Doc: "The pool of nodes to run on."},
			{Name: "executable", Types: []Type{Str}, Default: "None", Doc: "The Python to start in the pod."},
			{Name: "hostname_resolution_timeout", Types: []Type{Int}, Default: "600", Limits: shouldBe(positive()), Unit: "seconds", Doc: "How long a @parallel step's tasks wait for the first one's name."},
			{Name: "qos", Types: []Type{Str}, Default: "burstable", Enforced: true, Values: []string{"guaranteed", "burstable"}, Fails: notText(), Doc: "The pod's quality of service."},
			{Name: "extended_resources", Types: []Type{Dict}, Default: "{}", Doc: "Further resources to ask for, by name."},
			{Name: "security_context", Types: []Type{Dict}, Default: "None",
				Doc: "The container's rights: privileged, allow_privilege_escalation, run_as_user, run_as_group, run_as_non_root."},
		},
	}
}
