"""Parameters: values a run is started with."""

from __future__ import annotations

import os
from collections import namedtuple

from spindle.exception import MetaflowException

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, NamedTuple

    class ParameterContext(NamedTuple):
        """What a function that computes a default is given."""

        flow_name: str
        user_name: str
        parameter_name: str | None
        logger: Callable[..., None]
        ds_type: str
        configs: Any

else:
    ParameterContext = namedtuple("ParameterContext", "flow_name user_name parameter_name logger ds_type configs")

# Options of `run` a parameter's own option would hide.
_RESERVED = frozenset(
    [
        "params",
        "with",
        "tag",
        "namespace",
        "obj",
        "tags",
        "decospecs",
        "run-id-file",
        "max-num-splits",
        "max-workers",
        "max-log-size",
        "user-namespace",
        "run-id",
        "task-id",
        "runner-attribute-file",
    ]
)
# What click's options take besides; those that change nothing here are accepted and ignored.
_OPTIONS = frozenset(
    [
        "separator",
        "multiple",
        "is_flag",
        "flag_value",
        "hidden",
        "metavar",
        "envvar",
        "show_envvar",
        "show_choices",
        "prompt",
        "confirmation_prompt",
        "hide_input",
        "allow_from_autoenv",
        "expose_value",
        "is_eager",
        "callback",
        "nargs",
        "count",
    ]
)
# Of those, the ones that would change the value, and are not supported.
_UNSUPPORTED = frozenset(("callback", "count", "flag_value", "nargs"))


class ParameterError(MetaflowException):
    """A parameter is declared wrongly."""

    headline = "Invalid parameter"
    kind = "parameter"


class JSONTypeClass:
    """The type of a parameter given as JSON."""

    name = "JSON"

    def convert(self, value: Any, param: Any = None, ctx: Any = None) -> Any:
        """The value of a text; anything else is a value already."""
        if not isinstance(value, str):
            return value
        import json

        try:
            return json.loads(value)
        except ValueError as e:
            raise ValueError(f"{value!r} is not JSON: {e}") from None

    def __repr__(self) -> str:
        return "JSON"


JSONType = JSONTypeClass()


class Parameter:
    """A value that is given when a run starts, and read-only in the steps: `alpha = Parameter('alpha', default=0.1)`.

    The type is `type`, or that of the default, or str. A function as `default` is called with a ParameterContext when
    the run starts.
    """

    IS_CONFIG_PARAMETER = False

    def __init__(
        self,
        name: str,
        default: Any = None,
        type: Any = None,
        help: str | None = None,
        required: bool | None = None,
        show_default: bool | None = None,
        **kwargs: Any,
    ) -> None:
        from spindle.decorators.base import written_at

        self.name = name
        self.default = default
        self.type = type
        self.help = help
        self.required = bool(required)
        self.show_default = show_default is None or show_default
        self.separator: str | None = kwargs.get("separator")
        self.multiple = bool(kwargs.get("multiple"))
        self.flag = bool(kwargs.get("is_flag"))
        self.kwargs = kwargs
        self._show_default, self._required = show_default, required
        self._place = written_at()

    def error(self, problem: str) -> ParameterError:
        """An error about the declaration that knows its place."""
        file, line = self._place or (None, None)
        return ParameterError(problem, line, file)

    def check(self) -> None:
        """Raises when the declaration is wrong; settles the type."""
        if not isinstance(self.name, str) or not self.name:
            raise self.error(f"a parameter needs a name, as a string, and not {self.name!r}")
        if self.name in _RESERVED or self.name.replace("_", "-") in _RESERVED:
            raise self.error(f"the parameter name {self.name!r} is reserved: it is an option of `run`")
        for key in self.kwargs:
            if key in _UNSUPPORTED:
                raise self.error(f"parameter {self.name!r}: {key} is not supported")
            if key not in _OPTIONS:
                raise self.error(f"parameter {self.name!r} has an unknown argument {key!r}")
        for field, value in (
            ("show_default", self._show_default),
            ("separator", self.separator),
            ("required", self._required),
        ):
            if callable(value):
                raise self.error(f"parameter {self.name!r}: {field} can not be a function")
        if self.type is None:
            self.type = self._type_of_default()
        if self.separator and self.type is not str:
            raise self.error(f"parameter {self.name!r}: a separator is for strings only")

    def settle(self, spread: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
        """Puts the values of configs in the place of the expressions that stand for them."""
        own = {
            "default": self.default,
            "type": self.type,
            "help": self.help,
            "required": self._required,
            "show_default": self._show_default,
        }
        try:
            settled = {**spread(self.kwargs), **spread({key: own[key] for key in own if own[key] is not None})}
        except MetaflowException as e:
            if self._place and not e.source_file:
                e.source_file, e.line_no = self._place
            raise
        place = self._place
        Parameter.__init__(self, self.name, **settled)
        self._place = place

    def _type_of_default(self) -> Any:
        sample = self.default
        if self.multiple and isinstance(sample, (list, tuple)) and sample:
            sample = sample[0]
        if sample is None or callable(sample):
            return bool if self.flag else str
        return sample.__class__

    @property
    def deploy_time(self) -> bool:
        """Whether a function computes the default when the run starts."""
        return callable(self.default)

    def load(self, value: Any) -> Any:
        """The value steps see, of the stored one."""
        return value

    def __repr__(self) -> str:
        return f"metaflow.Parameter(name={self.name}, kwargs={self.kwargs})"

    if TYPE_CHECKING:

        def __get__(self, flow: Any, cls: Any = None) -> Any:
            """What steps read is the value."""

    # Steps read parameters as attributes of self, but linters see the class attribute: `self.config['key']` must look
    # possible.
    def __getitem__(self, key: Any) -> Any:
        raise TypeError(f"the parameter {self.name!r} has no value outside of a running flow")


for _class in (Parameter, JSONTypeClass, ParameterContext):
    _class.__module__ = "metaflow.parameters"


def user_name() -> str:
    """The user a run is for, as its environment tells."""
    for variable in ("METAFLOW_USER", "SUDO_USER", "USERNAME", "USER"):
        user = os.environ.get(variable)
        if user and user != "root":
            return user
    return "unknown"
