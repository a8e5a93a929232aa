"""Ask the real metaflow to make deployments, without a cloud: for each line "TARGET FILE" on stdin print the exit code and what it said as JSON.

What would reach a cloud is replaced: the code package, tokens of earlier deployments, AWS clients, and the Kubernetes package, of
which only plain data holders are needed.
"""

import json
import os
import runpy
import sys
import tempfile
import types

os.environ.update(
    METAFLOW_BATCH_JOB_QUEUE="q",
    METAFLOW_ECS_S3_ACCESS_IAM_ROLE="r",
    METAFLOW_SFN_IAM_ROLE="arn:aws:iam::1:role/r",
    METAFLOW_EVENTS_SFN_ACCESS_IAM_ROLE="r",
    METAFLOW_SFN_DYNAMO_DB_TABLE="t",
    METAFLOW_DATASTORE_SYSROOT_S3="s3://bucket/root",
    METAFLOW_ARGO_EVENTS_EVENT="e",
    METAFLOW_ARGO_EVENTS_EVENT_SOURCE="e",
    METAFLOW_ARGO_EVENTS_SERVICE_ACCOUNT="e",
    AWS_DEFAULT_REGION="us-east-1",
)


class Plain(dict):
    """Any class of the Kubernetes package."""

    attribute_map = {"key": "key"}

    def to_dict(self):
        return dict(self)

    def sanitize_for_serialization(self, value):
        return value


client = types.ModuleType("kubernetes.client")
client.__getattr__ = lambda name: client if name == "api_client" else Plain
package = types.ModuleType("kubernetes")
package.client = client
package.config = types.ModuleType("kubernetes.config")
sys.modules.update({"kubernetes": package, "kubernetes.client": client, "kubernetes.config": package.config})

import metaflow.datastore.flow_datastore  # noqa: E402
import metaflow.package  # noqa: E402
import metaflow.plugins.airflow.airflow_cli  # noqa: E402
import metaflow.plugins.argo.argo_workflows_cli  # noqa: E402
import metaflow.plugins.aws.aws_client  # noqa: E402
import metaflow.plugins.aws.step_functions.step_functions_cli  # noqa: E402


class Aws:
    """AWS Batch with one queue of machines."""

    class _client_config:
        region_name = "us-east-1"

    def describe_job_queues(self, **_):
        return {"jobQueues": [{"computeEnvironmentOrder": [{"computeEnvironment": "machines"}]}]}

    def describe_compute_environments(self, **_):
        return {"computeEnvironments": [{"computeResources": {"type": "EC2"}}]}

    def describe_job_definitions(self, **_):
        return {"jobDefinitions": [{"jobDefinitionArn": "arn"}]}


metaflow.plugins.aws.aws_client.Boto3ClientProvider.get_client = staticmethod(lambda *_, **__: Aws())
for cli in (
    metaflow.plugins.airflow.airflow_cli,
    metaflow.plugins.argo.argo_workflows_cli,
    metaflow.plugins.aws.step_functions.step_functions_cli,
):
    cli.resolve_token = lambda *_, **__: "token"
metaflow.datastore.flow_datastore.FlowDataStore.save_data = lambda *_, **__: [("s3://bucket/x", "sha")]
metaflow.package.MetaflowPackage.blob = property(lambda _: b"")
metaflow.package.MetaflowPackage.package_metadata = property(lambda _: "{}")

COMMANDS = {
    "step-functions": ["step-functions", "create", "--only-json"],
    "argo": ["argo-workflows", "create", "--only-json"],
    "airflow": ["airflow", "create", os.devnull],  # what it writes is of no use, and must not stay beside the flow
    "batch": ["--with", "batch", "check"],
    "kubernetes": ["--with", "kubernetes", "check"],
}


def deploy(target, path):
    out = tempfile.TemporaryFile()
    pid = os.fork()
    if pid == 0:
        os.dup2(out.fileno(), 1)
        os.dup2(out.fileno(), 2)
        os.chdir(os.path.dirname(path))
        sys.argv = [path, "--no-pylint", "--datastore=s3", "--environment=local", *COMMANDS[target]]
        sys.path.insert(0, os.path.dirname(path))
        code = 0
        try:
            runpy.run_path(path, run_name="__main__")
        except SystemExit as e:
            code = e.code if isinstance(e.code, int) else int(e.code is not None)
        except BaseException as e:  # what the interpreter would print and exit with 1 for
            print("%s: %s" % (type(e).__name__, e))
            code = 1
        sys.stdout.flush()
        os._exit(code)
    _, status = os.waitpid(pid, 0)
    with out:
        out.seek(0)
        return {"code": os.waitstatus_to_exitcode(status), "said": out.read().decode("utf-8", "replace")[-600:]}


for line in sys.stdin:
    print(json.dumps(deploy(*line.rstrip("\n").split(" ", 1))), flush=True)
