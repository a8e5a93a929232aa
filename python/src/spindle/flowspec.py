"""FlowSpec, the base class of flows."""

from __future__ import annotations

from spindle.exception import MetaflowException
from spindle.inputs import Inputs
from spindle.transition import InvalidNextException
from spindle.unbounded import ParallelUBF

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from typing import Any

    from spindle.decorators.base import FlowDecorator

__all__ = ["FlowSpec", "Inputs", "InvalidNextException", "ParallelUBF"]


class FlowSpec:
    """A flow: its methods marked with `@step` are the steps, what a step leaves on `self` are artifacts."""

    # Attributes of the instance or the class that are no artifacts.
    _EPHEMERAL = frozenset(
        [
            "_EPHEMERAL",
            "_NON_PARAMETERS",
            "_datastore",
            "_cached_input",
            "_graph",
            "_flow_state",
            "_flow_decorators",
            "_flow_mutators",
            "_configs_as_values",
            "_steps",
            "_joining",
            "_task_state",
            "index",
            "input",
            "script_name",
        ]
    )
    # Public attributes of the class that are neither parameters nor constants.
    _NON_PARAMETERS = frozenset(
        ("cmd", "foreach_stack", "index", "input", "script_name", "name", "merge_artifacts", "next")
    )

    _flow_decorators: dict[str, list[FlowDecorator]] = {}
    _joining = False
    # Stored with every task: whether the flow's configs had been resolved.
    _configs_processed = True

    if TYPE_CHECKING:
        _current_step: str
        _foreach_stack: list[Any]
        _foreach_var: str | None
        _foreach_num_splits: int | None
        _foreach_values: list[str] | None
        _unbounded_foreach: bool
        _parallel_ubf_iter: ParallelUBF

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        # Its own table; those of its bases are looked up through the MRO.
        cls._flow_decorators = {}

    def __init__(self, use_cli: bool = True) -> None:
        self.name = type(self).__name__
        self._datastore: Any = None
        self._transition: tuple[list[str], str | None] | None = None
        self._cached_input: dict[int, Any] = {}
        if use_cli:
            from spindle.launch import begin

            begin(self)

    @property
    def script_name(self) -> str:
        """Base name of the file the class stands in."""
        import os
        import sys

        return os.path.basename(sys.modules[type(self).__module__].__file__ or "")

    def __iter__(self) -> Iterator[Any]:
        """The step functions."""
        cls = type(self)
        return iter([getattr(cls, n) for n in dir(cls) if getattr(getattr(cls, n, None), "is_step", False)])

    def __getattr__(self, name: str) -> Any:
        # Called only for what neither instance nor class has.
        store = self.__dict__.get("_datastore")
        if store is not None and name in store:
            value = self.__dict__[name] = store[name]
            return value
        raise AttributeError(f"Flow {type(self).__name__} has no attribute '{name}'")

    @property
    def index(self) -> int | None:
        """Which item of the innermost foreach this task works on, None outside of a foreach."""
        stack = self._foreach_stack
        return stack[-1].index if stack else None

    @property
    def input(self) -> Any:
        """The item of the innermost foreach this task works on, None outside of a foreach."""
        return self._find_input(len(self._foreach_stack) - 1)

    def foreach_stack(self) -> list[tuple[int, int, Any]]:
        """Index, number of items and item of each foreach around this task, outermost first."""
        return [(frame.index, frame.num_splits, self._find_input(i)) for i, frame in enumerate(self._foreach_stack)]

    def _find_input(self, level: int) -> Any:
        if level < 0:
            return None
        if level not in self._cached_input:
            frame = self._foreach_stack[level]
            try:
                items = getattr(self, frame.var)
            except AttributeError:
                # After the join of an inner foreach the outer one's artifact is out of reach.
                item = None
            else:
                item = _item_of(items, frame.index)
            self._cached_input[level] = item
        return self._cached_input[level]

    def merge_artifacts(
        self, inputs: Iterable[FlowSpec], exclude: list[str] | None = None, include: list[str] | None = None
    ) -> None:
        """In a join, takes over every artifact of the branches on whose value they agree and that is not set yet.

        `exclude` leaves names out, `include` takes only those named. Raises UnhandledInMergeArtifactsException when
        values differ and MissingInMergeArtifactsException when an included name is nowhere.
        """
        from spindle.merging import merge

        merge(self, inputs, exclude, include)

    def next(self, *dsts: Callable[..., None] | dict[Any, Callable[..., None]], **kwargs: Any) -> None:
        """Says where the run goes after this step; the last statement of every step but the end.

        `self.next(self.a)`; `self.next(self.a, self.b)`; `self.next(self.a, foreach='items')`; `self.next(self.a,
        num_parallel=4)`; `self.next({'x': self.a, 'y': self.b}, condition='choice')`.
        """
        from spindle.transition import follow

        follow(self, dsts, kwargs)

    def __str__(self) -> str:
        step = self.__dict__.get("_current_step")
        if not step:
            return f"<flow {self.name}>"
        index = ",".join(str(frame.index) for frame in self._foreach_stack)
        if not index:
            return f"<flow {self.name} step {step}>"
        item = self.input
        if item is None:
            return f"<flow {self.name} step {step}[{index}]>"
        text = str(item)
        return f"<flow {self.name} step {step}[{index}] (input: {text[:20] + '...' if len(text) > 20 else text})>"

    def __reduce_ex__(self, protocol: Any) -> Any:
        raise MetaflowException(
            "A flow can not be stored. Was *self* or one of the *inputs* assigned to an attribute? "
            "Store the attributes you need instead, as in *self.x = inputs[0].x*."
        )


FlowSpec.__module__ = "metaflow.flowspec"


def _item_of(items: Any, index: int) -> Any:
    try:
        return items[index]
    except TypeError:
        from itertools import islice

        return next(islice(items, index, index + 1))
