package catalog

import "slices"

// Extension reports whether a name is a decorator that a well-known extension of Metaflow adds: nothing is known of it here.
func Extension(name string) bool { return slices.Contains(extensions(), name) }

func extensions() []string {
	return []string{
		"app_deploy", "checkpoint", "coreweave_s3_proxy", "deepspeed", "deepspeed_parallel", "dynamic_conda", "fast_bakery_internal",
		"gpu_profile", "heartbeat", "huggingface_hub", "interactive_debug", "metaflow_ray", "model", "mpi", "mpi_parallel", "named_env", "named_env_base",
		"nebius_s3_proxy", "nim", "nvct", "nvidia", "ollama", "pip", "pip_base", "ray_parallel", "s3_proxy", "skypilot_step", "slurm", "snowpark",
		"tensorflow_parallel", "test_append_card", "titus", "torchrun", "torchrun_parallel", "vllm", "with_artifacts",
	}
}

// Other reports whether a name of the SDK's top module is something else than a decorator.
func Other(name string) bool { return slices.Contains(others(), name) }

func others() []string {
	return []string{
		"cards", "client", "conda_environment_yml_parser", "config_expr", "current", "datastore", "debug", "decorators", "default_metadata",
		"default_namespace", "event_logger", "events", "exception", "flowspec", "get_metadata", "get_namespace", "graph", "includefile",
		"inspect_spin", "metadata", "monitor", "namespace", "namespaced_event_name", "package", "parallel_imap_unordered", "parallel_map",
		"parameters", "plugins", "profile", "pyproject_toml_parser", "requirements_txt_parser", "runner", "sidecar", "tracing", "unbounded_foreach",
		"user_configs", "user_decorators", "user_step_decorator", "util", "yaml_parser",
	}
}
