"""Decorators of the user's own: mutators, which change a flow before it runs, and decorators around a step's body."""

from __future__ import annotations

from spindle.mutators.flows import FlowMutator
from spindle.mutators.mutable import MutableFlow, MutableStep
from spindle.mutators.steps import USER_SKIP_STEP, StepMutator, UserStepDecorator, user_step_decorator

__all__ = [
    "USER_SKIP_STEP",
    "FlowMutator",
    "MutableFlow",
    "MutableStep",
    "StepMutator",
    "UserStepDecorator",
    "user_step_decorator",
]
