"""Decorators of steps and flows.

A decorator object stands on a step's function or in a flow class's table; the worker calls its hooks when the flow is
prepared and around the step's body. The public functions (`retry`, `project`, …) are in `functions`.
"""

from __future__ import annotations

from spindle.decorators.base import (
    BadFlowDecoratorException,
    BadStepDecoratorException,
    Decorator,
    DecoratorError,
    DuplicateFlowDecoratorException,
    DuplicateStepDecoratorException,
    FlowDecorator,
    StepDecorator,
    UnknownFlowDecoratorException,
    UnknownStepDecoratorException,
)

__all__ = [
    "BadFlowDecoratorException",
    "BadStepDecoratorException",
    "Decorator",
    "DecoratorError",
    "DuplicateFlowDecoratorException",
    "DuplicateStepDecoratorException",
    "FlowDecorator",
    "StepDecorator",
    "UnknownFlowDecoratorException",
    "UnknownStepDecoratorException",
]
