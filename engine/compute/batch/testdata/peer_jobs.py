"""Says what the real metaflow sends to AWS Batch for steps, and what AWS's own description of the service has against the requests of Spindle's.

Reads from standard input {"cases": {name: {"batch", "resources", "platform", "nodes"}}, "requests": [{"operation", "input"}]} and writes
{"cases": {name: {"definition", "submission"}}, "faults": [text]}.
"""

import json
import sys

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator
from metaflow.plugins.aws import aws_client
from metaflow.plugins.aws.aws_utils import compute_resource_attributes


class Client:
    """Takes the place of boto3's client: nothing is sent."""

    def __init__(self):
        self.platform, self.definition, self.submission = "EC2", None, None
        self._client_config = type("Config", (), {"region_name": "us-east-1"})

    def describe_job_queues(self, **_):
        return {"jobQueues": [{"computeEnvironmentOrder": [{"computeEnvironment": "machines"}]}]}

    def describe_compute_environments(self, **_):
        return {"computeEnvironments": [{"computeResources": {"type": self.platform}}]}

    def describe_job_definitions(self, **_):
        return {"jobDefinitions": []}

    def register_job_definition(self, **kwargs):
        self.definition = kwargs
        return {"jobDefinitionArn": "arn"}

    def submit_job(self, **kwargs):
        self.submission = json.loads(json.dumps(kwargs))
        return {"jobId": "1"}


CLIENT = Client()
aws_client.get_aws_client = lambda *_, **__: CLIENT

from metaflow.plugins.aws.batch import batch_client  # noqa: E402
from metaflow.plugins.aws.batch.batch import Batch  # noqa: E402
from metaflow.plugins.aws.batch.batch_decorator import BatchDecorator  # noqa: E402
from metaflow.plugins.resources_decorator import ResourcesDecorator  # noqa: E402

batch_client.RunningJob.update = lambda job: job  # would ask for the job, and wait a second each time


class Environment:
    def get_package_commands(self, *_):
        return ["true"]

    def bootstrap_commands(self, *_):
        return []


def sent(case):
    deco = BatchDecorator(attributes=case["batch"])
    deco.init()
    others = [ResourcesDecorator(attributes=case["resources"])] if case["resources"] is not None else []
    attributes = {**deco.attributes, **compute_resource_attributes(others, deco, deco.resource_defaults)}
    attributes.pop("executable")
    CLIENT.platform = case["platform"]
    names = ("user", "flow_name", "run_id", "step_name", "task_id", "retry_count")
    Batch(None, Environment()).create_job(
        "work", "true", {"flow_name": "F", "run_id": "1", "step_name": "work", "task_id": "5", "retry_count": "0"}, "", "", "", "s3",
        run_time_limit=432000, num_parallel=case["nodes"],
        attrs=dict(zip(["metaflow." + n for n in names], ["tester", "F", "1", "work", "5", "0"]), **{"metaflow.version": "v"}), **attributes,
    ).execute()
    return {"definition": CLIENT.definition, "submission": CLIENT.submission}


MODEL = ServiceModel(Loader().load_service_model("batch", "service-2"))


def strangers(shape, value, path):
    """What a validator of boto3 does not look at: values of enumerations."""
    if shape.type_name == "structure":
        for name, member in shape.members.items():
            if name in value:
                yield from strangers(member, value[name], f"{path}.{name}")
    elif shape.type_name == "list":
        for i, one in enumerate(value):
            yield from strangers(shape.member, one, f"{path}[{i}]")
    elif shape.type_name == "string" and shape.enum and value not in shape.enum:
        yield f"{path}: {value!r} is none of {shape.enum}"


def faults(request):
    shape = MODEL.operation_model(request["operation"]).input_shape
    report = ParamValidator().validate(request["input"], shape)
    if report.has_errors():
        yield f"{request['operation']}: {report.generate_report()}"
    else:
        yield from strangers(shape, request["input"], request["operation"])


asked = json.load(sys.stdin)
json.dump(
    {"cases": {name: sent(case) for name, case in asked["cases"].items()}, "faults": [f for r in asked["requests"] for f in faults(r)]},
    sys.stdout,
)
