"""@project: names the namespace a flow's runs and deployments belong to."""

from __future__ import annotations

import os
import re

from spindle.decorators.base import FlowDecorator
from spindle.parameters import user_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle.flowspec import FlowSpec
    from spindle.worker.preparing import Prepared

_LONGEST = 128


class ProjectDecorator(FlowDecorator):
    """Puts the flow into the project `name`, on a branch: the user's own, `branch`, or with `production` the production
    branch.
    """

    name = "project"
    defaults = {"name": None, "branch": None, "production": False}

    def prepare(self, flow: FlowSpec, prepared: Prepared, options: dict[str, Any]) -> None:
        name = self._checked("name", self.attributes["name"])
        if not name:
            raise self.error("@project needs a name: @project(name='some_name')")
        branch, production = self._option("branch", options), bool(self._option("production", options))
        if branch:
            branch_name = ("prod." if production else "test.") + self._checked("branch", branch)
        elif production:
            branch_name = "prod"
        else:
            branch_name = "user." + (os.environ.get("METAFLOW_OWNER") or str(options.get("user") or user_name()))
        prepared.project = {
            "name": name,
            "branch": branch_name,
            "flow_name": f"{name}.{branch_name}.{flow.name}",
            "production": production,
            "user_branch": not branch and not production,
        }
        prepared.system_tags += [f"project:{name}", f"project_branch:{branch_name}"]

    def _option(self, key: str, options: dict[str, Any]) -> Any:
        """The decorator's value, or the command line's; both, and different, is an error."""
        given = options.get(key) or self.defaults[key]
        if key not in self.given:
            return given
        if given != self.defaults[key] and given != self.attributes[key]:
            raise self.error(f"@project: {key} is given both in the decorator and as --{key}, with different values")
        return self.attributes[key]

    def _checked(self, what: str, value: Any) -> str:
        text = str(value or "")
        if re.search("[^a-z0-9_]", text):
            raise self.error(
                f"@project: the {what} can only have lower-case letters, digits and underscores, unlike {text!r}"
            )
        if len(text) > _LONGEST:
            raise self.error(f"@project: the {what} can have at most {_LONGEST} characters")
        return text
