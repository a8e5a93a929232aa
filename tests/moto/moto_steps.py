"""Repairs of moto's Step Functions: what it does otherwise than the real one, as far as deployments come across it."""

import copy
import uuid

import botocore.session
from moto.stepfunctions.exceptions import ExecutionAlreadyExists
from moto.stepfunctions.models import StateMachine
from moto.stepfunctions.parser.api import ExecutionFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name import custom_error_name
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.distributed_iteration_component import (
    DistributedIterationComponent,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_map.iteration.itemprocessor import (
    distributed_item_processor_worker,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service import state_task_service_aws_sdk
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_batch import (
    StateTaskServiceBatch,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_callback import (
    StateTaskServiceCallback,
)
from moto.stepfunctions.parser.asl.eval.event.event_detail import EventDetails
from moto.stepfunctions.parser.asl.utils.boto_client import boto_client_for
from moto.stepfunctions.parser.backend.execution import Execution
from moto.stepfunctions.parser.models import StepFunctionsParserBackend
from moto.stepfunctions.responses import StepFunctionResponse

_models = botocore.session.get_session()


def _without_executions(self, memo):
    """A machine is copied for each execution, with the running threads of the others: that fails."""
    clone = copy.copy(self)
    clone.executions = []
    return clone


def _operation(task, service, action):
    model = _models.get_service_model(service or task._get_boto_service_name())
    wanted = (action or task._get_boto_service_action()).replace("_", "").lower()
    return model.operation_model(next(n for n in model.operation_names if n.lower() == wanted))


def _cast(value, shape, capital):
    """Renames the members of structures between the spelling of state machines and that of an API."""
    if shape.type_name == "structure" and isinstance(value, dict):
        members = {name.lower(): name for name in shape.members}
        for key in list(value):
            name = members.get(key.lower())
            if name is None:
                continue
            member = value.pop(key)
            _cast(member, shape.members[name], capital)
            value[name[0].upper() + name[1:] if capital else name] = member
    elif shape.type_name == "list" and isinstance(value, list):
        for element in value:
            _cast(element, shape.member, capital)
    elif shape.type_name == "map" and isinstance(value, dict):
        for element in value.values():
            _cast(element, shape.value, capital)


def _parameters(self, parameters, boto_service_name=None, service_action_name=None):
    _cast(parameters, _operation(self, boto_service_name, service_action_name).input_shape, False)


def _response(self, response, boto_service_name=None, service_action_name=None):
    if isinstance(response, dict):
        for key, value in response.items():
            if hasattr(value, "read"):  # the body of an object goes on as text
                response[key] = value.read().decode()
    shape = _operation(self, boto_service_name, service_action_name).output_shape
    if shape is not None:
        _cast(response, shape, True)


_pattern = StateTaskServiceCallback._eval_integration_pattern


def _fresh_token(self, env, *args, **kwargs):
    """A .sync task that is tried again keeps the token of its first try, which has been used up."""
    token = env.states.context_object.context_object_data.get("Task", {}).get("Token")
    if token and str(self.resource.condition or "").startswith("sync"):
        env.callback_pool_manager.add(env.states.context_object.update_task_token())
    return _pattern(self, env, *args, **kwargs)


_resolver, _sync = StateTaskServiceBatch._build_sync_resolver, StateTaskServiceBatch._eval_sync


def _resolver_with_end(self, env, resource_runtime_part, normalised_parameters, state_credentials):
    job = env.stack[-1]["JobId"]
    ask = _resolver(self, env, resource_runtime_part, normalised_parameters, state_credentials)

    def resolve():
        return ask()

    def end():
        batch = boto_client_for(service="batch", region=resource_runtime_part.region, state_credentials=state_credentials)
        batch.terminate_job(jobId=job, reason="the execution that waits for it was aborted")

    resolve.end = end
    return resolve


def _sync_with_end(self, env, sync_resolver, **kwargs):
    """A job that nobody waits for any more, since the execution was stopped or another branch has failed, is ended."""
    outcome = _sync(self, env=env, sync_resolver=sync_resolver, **kwargs)
    if not outcome:
        sync_resolver.end()
    return outcome


_item_input = distributed_item_processor_worker.DistributedItemProcessorWorker._eval_input


def _own_execution(self, env_frame):
    """Each item of a distributed map is an execution of its own, with a name and an input of its own."""
    _item_input(self, env_frame)
    context, name = env_frame.states.context_object.context_object_data, str(uuid.uuid4())
    outer = context["Execution"]
    arn = outer["Id"].rsplit(":", 1)[0] + ":" + name
    context["Execution"] = {**outer, "Name": name, "Id": arn, "Input": env_frame.states.get_input()}


_map_run = DistributedIterationComponent._map_run


def _tolerate(self, env, eval_input):
    """A distributed map with more failed items than it tolerates fails."""
    _map_run(self, env, eval_input)
    run = eval_input.map_run_record
    failed, total = run.item_counter.failed.get(), run.item_counter.total.get()
    if not failed or failed <= run.tolerated_failure_count or failed * 100 <= run.tolerated_failure_percentage * total:
        return
    error = StatesErrorName(StatesErrorNameType.StatesExceedToleratedFailureThreshold)
    cause = "The specified tolerated failure threshold was exceeded"
    details = EventDetails(executionFailedEventDetails=ExecutionFailedEventDetails(error=error.error_name, cause=cause))
    raise FailureEventException(FailureEvent(env, error, HistoryEventType.ExecutionFailed, details))


class StateMachineAlreadyExists(ExecutionAlreadyExists):
    TYPE = "StateMachineAlreadyExists"


_create = StepFunctionsParserBackend.create_state_machine


def _create_once(self, name, definition, *args, **kwargs):
    """A name that is taken by another definition is refused, not passed over."""
    for machine in self.state_machines:
        if machine.name == name and machine.definition != definition:
            raise StateMachineAlreadyExists(f"State Machine Already Exists: '{machine.arn}'")
    return _create(self, name, definition, *args, **kwargs)


_start = StepFunctionsParserBackend.start_execution


def _start_named(self, state_machine_arn, name=None, *args, **kwargs):
    """An execution that was given no name gets one."""
    return _start(self, state_machine_arn, name or str(uuid.uuid4()), *args, **kwargs)


_stop, _stop_answer = Execution.stop, StepFunctionResponse.stop_execution


def _stop_now(self, stop_date, error, cause):
    self.stop_date = stop_date
    _stop(self, stop_date, error, cause)


def _stop_with_reason(self):
    """What StopExecution was told is kept."""
    execution = self.stepfunction_backend.describe_execution(self._get_param("executionArn"))
    if execution.status == "RUNNING":
        execution.error, execution.cause = self._get_param("error"), self._get_param("cause")
    return _stop_answer(self)


def repair():
    StateMachine.__deepcopy__ = _without_executions
    StateTaskService._normalise_parameters = _parameters
    StateTaskService._normalise_response = _response
    StateTaskServiceCallback._eval_integration_pattern = _fresh_token
    StateTaskServiceBatch._build_sync_resolver = _resolver_with_end
    StateTaskServiceBatch._eval_sync = _sync_with_end
    distributed_item_processor_worker.DistributedItemProcessorWorker._eval_input = _own_execution
    DistributedIterationComponent._map_run = _tolerate
    StepFunctionsParserBackend.create_state_machine = _create_once
    StepFunctionsParserBackend.start_execution = _start_named
    Execution.stop = _stop_now
    StepFunctionResponse.stop_execution = _stop_with_reason
    # What fails in a branch fails the whole with the same name, States.TaskFailed too.
    custom_error_name.ILLEGAL_CUSTOM_ERROR_PREFIX = "\0"
    state_task_service_aws_sdk._SERVICE_ERROR_NAMES["s3"] = "S3"
