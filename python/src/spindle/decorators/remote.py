"""@batch: the step's tasks run on AWS Batch. @kubernetes: known, and refused until tasks can run there."""

from __future__ import annotations

import re

from spindle.decorators.base import StepDecorator

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle.worker.preparing import Prepared
    from spindle.worker.task import Running

# Batch ends no job earlier than this.
_SHORTEST = 60
_TAG = re.compile(r"[A-Za-z0-9\s+\-=._:/@]*")


def _none(names: str) -> dict[str, Any]:
    return dict.fromkeys(names.split())


class BatchDecorator(StepDecorator):
    """Runs the step's tasks on AWS Batch. What the engine submits is in its own words: this only checks what was
    given.
    """

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
    # The least that makes sense of each number, and whether only whole ones do.
    _numbers = {
        "cpu": (0.001, False),
        "memory": (1, False),
        "gpu": (0, True),
        "shared_memory": (1, True),
        "max_swap": (0, True),
        "swappiness": (0, True),
        "inferentia": (0, True),
        "trainium": (0, True),
        "efa": (0, True),
        "tmpfs_size": (1, True),
        "ephemeral_storage": (21, True),
    }

    def prepare(self, step: Any, prepared: Prepared) -> None:
        for name, (least, whole) in self._numbers.items():
            self._number(name, least, whole)
        if float(self.attributes["swappiness"] or 0) > 99:
            raise self.error(f"@batch: swappiness must be from 0 to 99, not {self.attributes['swappiness']!r}")
        if self.attributes["inferentia"] is not None and self.attributes["trainium"] is not None:
            raise self.error("@batch: inferentia and trainium are two names of one thing: give only one of them")
        if not str(self.attributes["tmpfs_path"] or "/").startswith("/"):
            raise self.error(f"@batch: tmpfs_path must be an absolute path, not {self.attributes['tmpfs_path']!r}")
        self._tags()
        self._options()
        self._time(step)

    def _number(self, name: str, least: float, whole: bool) -> None:
        value = self.attributes[name]
        if value is None:
            return
        try:
            number = float("nan") if isinstance(value, bool) else float(value)
        except (TypeError, ValueError):
            number = float("nan")
        if not number >= least or number == float("inf") or (whole and number != int(number)):
            bound = "greater than 0" if 0 < least <= 1 else f"{least} or greater"
            raise self.error(f"@batch: {name} must be a {'whole ' if whole else ''}number {bound}, not {value!r}")

    def _tags(self) -> None:
        tags = self.attributes["aws_batch_tags"]
        if tags is None:
            return
        if not isinstance(tags, dict) or not all(isinstance(text, str) for pair in tags.items() for text in pair):
            raise self.error(f"@batch: aws_batch_tags must be a dictionary of texts, not {tags!r}")
        for key, value in tags.items():
            for what, text, limit in (("key", key, 128), ("value", value, 256)):
                if text.lower().startswith("aws:"):
                    raise self.error(f"@batch: the tag {what} {text!r} begins with 'aws:', which AWS keeps for itself")
                if len(text) > limit:
                    raise self.error(f"@batch: the tag {what} {text[:20]!r}… is longer than {limit} characters")
                if not _TAG.fullmatch(text):
                    raise self.error(
                        f"@batch: the tag {what} {text!r} has a character that AWS does not take: "
                        "letters, digits, spaces and + - = . _ : / @ are allowed"
                    )

    def _options(self) -> None:
        options = self.attributes["log_options"]
        for option in [options] if isinstance(options, str) else options or []:
            if ":" not in str(option):
                raise self.error(f"@batch: log_options has {option!r}, which is not of the form key:value")

    def _time(self, step: Any) -> None:
        limits = [decorator.total() for decorator in step.decorators if decorator.name == "timeout"]
        if limits and limits[-1] < _SHORTEST:
            raise self.error(
                f"step {step.__name__!r} has a timeout of {limits[-1]} seconds: "
                f"on AWS Batch it must be {_SHORTEST} seconds or more"
            )

    def pre_step(self, running: Running) -> None:
        if not self.attributes["tmpfs_tempdir"]:
            running.current._update(tempdir=self.attributes["tmpfs_path"])


class KubernetesDecorator(StepDecorator):
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

    def prepare(self, step: Any, prepared: Prepared) -> None:
        raise self.error(
            "@kubernetes is not supported yet: Spindle runs tasks on this machine and on AWS Batch (@batch); "
            "Kubernetes will come in a later version"
        )
