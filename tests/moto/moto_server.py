"""Starts moto's server with what its AWS Batch lacks of the real one: memory limits, and the reasons a container ended for.

What its Step Functions do wrong is repaired in moto_steps.py."""

import sys
import threading

import docker.errors
import moto_steps
from docker.models.containers import Container, ContainerCollection
from moto.batch.models import Job
from moto.server import main

_run, _wait, _kill, _describe = ContainerCollection.run, Container.wait, Container.kill, Job.describe


def run(self, image, command=None, **options):
    job = threading.current_thread()  # each job of moto's is a thread
    options.pop("extra_hosts", None)  # there is no bridge to give them addresses
    asked = {r["type"]: r["value"] for r in job.container_overrides.get("resourceRequirements", [])}
    memory = int(asked.get("MEMORY", 512))
    options.update(mem_limit=f"{memory}m", memswap_limit=f"{memory}m")
    try:
        return _run(self, image, command, **options)
    except docker.errors.ImageNotFound as e:
        job.why = "CannotPullContainerError: " + str(e.explanation or e)
        raise
    except docker.errors.DockerException as e:
        text = str(getattr(e, "explanation", None) or e)
        pulling = "pull" in text or "registry" in text or "lookup" in text or "dial tcp" in text
        job.why = ("CannotPullContainerError: manifest unknown: " if pulling else "CannotStartContainerError: ") + text
        raise


def wait(self, **options):
    result = _wait(self, **options)
    self.reload()
    if self.attrs["State"].get("OOMKilled"):
        threading.current_thread().why = "OutOfMemoryError: Container killed due to memory usage"
    return result


def kill(self, signal=None):
    if signal is None:  # a job that is ended is asked first
        self.stop(timeout=30)
    else:
        _kill(self, signal)


def describe(self):
    result = _describe(self)
    details = result.get("container", {})
    details["ulimits"] = details.get("ulimits") or []  # the API's types, which its clients in Go insist on
    for number in ("vcpus", "memory"):
        if number in details:
            details[number] = int(details[number])
    if self.job_stopped:
        why = getattr(self, "why", None)
        container = result.setdefault("container", {})
        if why:
            container["reason"] = why
        if self.exit_code is not None and not self.stop:
            container["exitCode"] = self.exit_code
        if self.stop:
            result["isTerminated"] = True
        else:
            starts = why and why.startswith("Cannot")
            result["statusReason"] = "Task failed to start" if starts else "Essential container in task exited"
    return result


ContainerCollection.run, Container.wait, Container.kill, Job.describe = run, wait, kill, describe
moto_steps.repair()

if __name__ == "__main__":
    main(sys.argv[1:])
