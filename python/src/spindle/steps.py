"""The `step` decorator."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeVar, overload

    F = TypeVar("F", bound=Callable[..., Any])

    @overload
    def step(f: F) -> F: ...
    @overload
    def step(
        f: None = None, *, start: bool = ..., end: bool = ..., node_info: dict[str, Any] | None = ...
    ) -> Callable[[F], F]: ...
    def step(f: Any = None, *, start: bool = False, end: bool = False, node_info: dict[str, Any] | None = None) -> Any:
        """Makes a method of a flow a step."""
else:

    def step(f=None, *, start=False, end=False, node_info=None):
        """Makes a method of a flow a step.

        `start` and `end` mark the first and the last step of a flow that names them otherwise; `node_info` is kept with
        the step's description. Other decorators of the step stand above this one.
        """

        def mark(func):
            func.is_step = True
            func.decorators = []
            func.wrappers = []
            func.config_decorators = []
            func.name = func.__name__
            func.is_start_step = start
            func.is_end_step = end
            func.node_info = node_info or {}
            return func

        return mark if f is None else mark(f)
