"""Names the wheel after the platform of the binary inside it."""

from __future__ import annotations

import os
import platform
import sysconfig
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def platform_tag() -> str:
    """The tag of the machine that built bin/spindle, or SPINDLE_WHEEL_PLATFORM for a cross build."""
    named = os.environ.get("SPINDLE_WHEEL_PLATFORM")
    if named:
        return named
    tag = sysconfig.get_platform().replace("-", "_").replace(".", "_")
    libc, version = platform.libc_ver()
    if tag.startswith("linux_") and libc == "glibc":
        major, minor = version.split(".")[:2]
        return f"manylinux_{major}_{minor}_{tag[len('linux_') :]}"
    return tag


class PlatformHook(BuildHookInterface):  # type: ignore[type-arg]
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        build_data["pure_python"] = False
        build_data["tag"] = f"py3-none-{platform_tag()}"
