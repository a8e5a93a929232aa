"""@batch and @kubernetes: known, and refused until tasks can run remotely."""

from __future__ import annotations

from spindle.decorators.base import StepDecorator

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle.worker.preparing import Prepared


class _Remote(StepDecorator):
    def prepare(self, step: Any, prepared: Prepared) -> None:
        raise self.error(
            f"@{self.name} is not supported yet: Spindle runs tasks on this machine only; "
            "remote tasks will come in a later version"
        )


def _none(names: str) -> dict[str, Any]:
    return dict.fromkeys(names.split())


class BatchDecorator(_Remote):
    """Runs the step on AWS Batch; not supported yet."""

    name = "batch"
    defaults = {
        **_none(
            "cpu gpu memory image queue iam_role execution_role shared_memory max_swap swappiness inferentia trainium "
            "efa host_volumes "
            "efs_volumes aws_batch_tags tmpfs_size ephemeral_storage log_driver log_options executable"
        ),
        "use_tmpfs": False,
        "tmpfs_tempdir": True,
        "tmpfs_path": "/metaflow_temp",
        "privileged": False,
    }


class KubernetesDecorator(_Remote):
    """Runs the step on Kubernetes; not supported yet."""

    name = "kubernetes"
    defaults = {
        **_none(
            "image image_pull_policy image_pull_secrets service_account secrets node_selector namespace gpu gpu_vendor "
            "tolerations labels "
            "annotations use_tmpfs tmpfs_size persistent_volume_claims shared_memory port compute_pool executable "
            "security_context"
        ),
        "cpu": "1",
        "memory": "4096",
        "disk": "10240",
        "tmpfs_tempdir": True,
        "tmpfs_path": "/metaflow_temp",
        "hostname_resolution_timeout": 600,
        "qos": "burstable",
        "extended_resources": {},
    }
