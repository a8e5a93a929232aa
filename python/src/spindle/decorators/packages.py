"""@conda and @pypi: accepted; the packages are those of the interpreter that runs the flow."""

from __future__ import annotations

from spindle.decorators.base import FlowDecorator, StepDecorator


class _Packages:
    name = ""

    def warnings(self) -> list[str]:
        """That the packages asked for are not installed."""
        return [f"@{self.name} is ignored: the flow runs with the packages of its own Python environment"]


class CondaDecorator(_Packages, StepDecorator):
    """Asks for conda packages for a step. Spindle does not make environments; the flow's own is used."""

    name = "conda"
    defaults = {"packages": {}, "libraries": {}, "python": None, "disabled": None}


class PypiDecorator(_Packages, StepDecorator):
    """Asks for PyPI packages for a step. Spindle does not make environments; the flow's own is used."""

    name = "pypi"
    defaults = {"packages": {}, "python": None, "disabled": None}


class CondaBaseDecorator(_Packages, FlowDecorator):
    """Asks for conda packages for all steps. Spindle does not make environments; the flow's own is used."""

    name = "conda_base"
    defaults = {"packages": {}, "libraries": {}, "python": None, "disabled": None}


class PypiBaseDecorator(_Packages, FlowDecorator):
    """Asks for PyPI packages for all steps. Spindle does not make environments; the flow's own is used."""

    name = "pypi_base"
    defaults = {"packages": {}, "python": None, "disabled": None}
