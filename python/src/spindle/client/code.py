"""Code packages: what code a task ran, where that was kept."""

from __future__ import annotations

import json


class MetaflowCode:
    """Names a stored code package. Tasks on this machine run from the files themselves and keep none."""

    def __init__(self, flow_name: str, code_package: str) -> None:
        described = json.loads(code_package)
        self.flow_name = flow_name
        self.path = str(described["location"])
        self.sha = str(described["sha"])
        self.ds_type = str(described["ds_type"])

    def __repr__(self) -> str:
        return f"<MetaflowCode: {self.path}>"
