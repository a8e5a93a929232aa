"""Cells run by IPython, where the environment has it: its display, magics, tracebacks, completion and inline plots."""

from __future__ import annotations

import importlib
import importlib.util
import os
import sys
import types

from spindle.kernel.channel import Channel

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from spindle.kernel.channel import Message

INLINE = "module://matplotlib_inline.backend_inline"


def make_shell(channel: Channel) -> Any:
    """Makes the one shell of this process."""
    if importlib.util.find_spec("matplotlib_inline") is not None:
        os.environ.setdefault("MPLBACKEND", INLINE)
    # Programs that cells start should neither page nor ask what the terminal can do.
    os.environ.update(
        TERM="xterm-color", CLICOLOR="1", CLICOLOR_FORCE="1", FORCE_COLOR="1", PAGER="cat", GIT_PAGER="cat"
    )
    return _shell_class(channel).instance()


def _load(name: str) -> Any:
    return importlib.import_module(name)


def _display_hook(channel: Channel) -> Any:
    base: Any = _load("IPython.core.displayhook").DisplayHook

    class Hook(base):  # type: ignore[misc]
        """Publishes the value of a cell's last expression."""

        result: Message | None = None

        def start_displayhook(self) -> None:
            self.result = None

        def write_output_prompt(self) -> None:
            """Frontends write their own."""

        def write_format_data(self, format_dict: Message, md_dict: Message | None = None) -> None:
            self.result = {
                "execution_count": self.prompt_count,
                "data": format_dict,
                "metadata": md_dict or {},
            }

        def finish_displayhook(self) -> None:
            if self.result and self.result["data"]:
                channel.publish("execute_result", self.result)
            self.result = None

    return Hook


def _publisher(channel: Channel) -> Any:
    base: Any = _load("IPython.core.displaypub").DisplayPublisher

    class Publisher(base):  # type: ignore[misc]
        """Publishes what cells display."""

        def publish(
            self,
            data: Message,
            metadata: Message | None = None,
            *_: Any,
            transient: Message | None = None,
            update: bool = False,
            **__: Any,
        ) -> None:
            content = {"data": data, "metadata": metadata or {}, "transient": transient or {}}
            channel.publish("update_display_data" if update else "display_data", content)

        def clear_output(self, wait: bool = False) -> None:
            channel.publish("clear_output", {"wait": bool(wait)})

    return Publisher


def _shell_class(channel: Channel) -> Any:
    base: Any = _load("IPython.core.interactiveshell").InteractiveShell
    traits: Any = _load("traitlets")
    page: Any = _load("IPython.core.page")
    autocall: Any = _load("IPython.core.autocall").ZMQExitAutocall

    compilerop: Any = _load("IPython.core.compilerop")

    class Compiler(compilerop.CachingCompiler):  # type: ignore[misc]
        """Names a cell as the debugger's frontends do, so that breakpoints in it are found."""

        cell: tuple[str, str] = ("", "")  # its text and its name

        def get_code_name(self, raw_code: str, transformed_code: str, number: int) -> str:
            text, name = self.cell
            if name and raw_code == text:
                return name
            usual: str = super().get_code_name(raw_code, transformed_code, number)
            return usual

    # Packages that look whether they are in a notebook ask for the class by this name.
    class ZMQInteractiveShell(base):  # type: ignore[misc]
        """IPython's shell with the kernel as its terminal."""

        kind = "ipython"
        displayhook_class = traits.Type(_display_hook(channel))
        compiler_class = traits.Type(Compiler)
        display_pub_class = traits.Type(_publisher(channel))
        exiter = traits.Instance(autocall)
        kernel = traits.Any()
        keepkernel_on_exit = None
        traceback_lines: list[str] | None = None

        @traits.default("exiter")  # type: ignore[untyped-decorator]
        def _default_exiter(self) -> Any:
            return autocall(self)

        @traits.default("banner1")  # type: ignore[untyped-decorator]
        def _default_banner(self) -> str:
            return ""

        def __init__(self, *args: Any, **kwargs: Any) -> None:
            super().__init__(*args, **kwargs)
            self.config.IPKernelApp.spindle = True  # tqdm asks for it
            self.parent_header: Message = {}
            self.kernel = types.SimpleNamespace(shell=self, comm_manager=None, get_parent=self.get_parent)

        @property
        def greeting(self) -> str:
            return f"IPython {_load('IPython').__version__}"

        def take_comms(self, manager: Any) -> None:
            self.kernel.comm_manager = manager

        def offer(self, name: str, value: Any) -> None:
            """Lets cells use a name that is not theirs."""
            self.user_ns[name] = self.user_ns_hidden[name] = value

        def offer_value(self, name: str, value: Any) -> None:
            """Gives cells a variable."""
            self.user_ns[name] = value

        def variables(self) -> Message:
            """The variables of cells."""
            hidden = self.user_ns_hidden
            own = list(self.user_ns.items())
            return {n: v for n, v in own if not (n in hidden and (hidden[n] is v or n == "self"))}

        def forms(self, value: Any) -> tuple[Message, Message]:
            """A value in each form it has, with the metadata of the forms."""
            data, metadata = self.display_formatter.format(value)
            return data, metadata

        def debugged(self, yes: bool) -> None:
            """While cells are debugged they keep the empty lines at their top, which count."""
            transforms: list[Any] = self.input_transformer_manager.cleanup_transforms
            strip: Any = _load("IPython.core.inputtransformer2").leading_empty_lines
            if yes and strip in transforms:
                transforms.remove(strip)
            elif not yes and strip not in transforms:
                transforms.insert(0, strip)

        def set_parent(self, parent: Message) -> None:
            self.parent_header = parent

        def get_parent(self) -> Message:
            return self.parent_header

        def init_hooks(self) -> None:
            super().init_hooks()
            self.set_hook("show_in_pager", page.as_hook(self.page), 99)

        def page(self, text: Any, start: int = 0, screen_lines: int = 0, pager_cmd: Any = None) -> None:
            data = text if isinstance(text, dict) else {"text/plain": text}
            self.payload_manager.write_payload({"source": "page", "data": data, "start": max(0, start)})

        def ask_exit(self) -> None:
            self.payload_manager.write_payload({"source": "ask_exit", "keepkernel": bool(self.keepkernel_on_exit)})

        def set_next_input(self, text: str, replace: bool = False) -> None:
            self.payload_manager.write_payload({"source": "set_next_input", "text": text, "replace": replace})

        def enable_gui(self, gui: Any = None) -> None:
            if gui not in (None, "inline"):
                raise _load("IPython.core.error").UsageError(
                    f"windows of {gui} can not be served by this kernel; %matplotlib inline can"
                )

        def system(self, cmd: str) -> None:
            """`!command`: its output comes as it is printed."""
            self.user_ns["_exit_code"] = self.run_command(self.var_expand(cmd, depth=1))

        @staticmethod
        def run_command(command: str) -> int:
            import subprocess

            shell = os.environ.get("SHELL")
            with subprocess.Popen(
                command,
                shell=True,
                executable=shell if shell and os.path.isabs(shell) else None,
                stdin=subprocess.DEVNULL,
            ) as child:
                return child.wait()

        def _showtraceback(self, etype: Any, evalue: Any, stb: list[str]) -> None:
            self.traceback_lines = stb
            channel.publish("error", {"ename": etype.__name__, "evalue": str(evalue), "traceback": stb})

        async def execute(self, request: Message) -> Message:
            """Runs a cell and says how it ended."""
            code, silent = request["code"], request["silent"]
            self.traceback_lines = None
            self.execution_count = request["count"]
            self.compile.cell = (code, request.get("file") or "")
            options = {"store_history": request["store_history"], "silent": silent}
            try:
                transformed, problem = self.transform_cell(code), None
            except Exception:
                transformed, problem = code, sys.exc_info()
            options.update(transformed_cell=transformed, preprocessing_exc_tuple=problem)
            if self.should_run_async(code, transformed_cell=transformed, preprocessing_exc_tuple=problem):
                result = await self._awaited(code, options)
            else:
                options.pop("transformed_cell"), options.pop("preprocessing_exc_tuple")
                result = self.run_cell(code, **options)
            done = self._outcome(result)
            expressions = request.get("expressions") or {}
            done["expressions"] = self.user_expressions(expressions) if done["status"] == "ok" else {}
            done["payload"] = self.payload_manager.read_payload()
            self.payload_manager.clear_payload()
            return done

        async def _awaited(self, code: str, options: Message) -> Any:
            result = None
            try:
                result = await self.run_cell_async(code, **options)
            finally:
                self.events.trigger("post_execute")
                if not options["silent"]:
                    self.events.trigger("post_run_cell", result)
            return result

        def _outcome(self, result: Any) -> Message:
            error = result.error_before_exec or result.error_in_exec
            if result.success or error is None:
                return {"status": "ok"}
            return {
                "status": "error",
                "ename": type(error).__name__,
                "evalue": str(error),
                "traceback": self.traceback_lines or [],
            }

        def answer(self, question: Message) -> Message:
            """Answers a question, in another thread than the one that runs cells."""
            reply: Message = getattr(self, "answer_" + question["type"])(question)
            return reply

        def answer_complete(self, question: Message) -> Message:
            code, at = question["code"], question["cursor"]
            completer: Any = _load("IPython.core.completer")
            with completer.provisionalcompleter():
                raw = self.Completer.completions(code, at)
                found = list(completer.rectify_completions(code, raw))
            if not found:
                return {"matches": [], "cursor_start": at, "cursor_end": at, "metadata": {}}
            start, end = found[0].start, found[0].end
            types_ = [
                {"start": c.start, "end": c.end, "text": c.text, "type": c.type, "signature": c.signature}
                for c in found
            ]
            return {
                "matches": [c.text for c in found],
                "cursor_start": start,
                "cursor_end": end,
                "metadata": {"_jupyter_types_experimental": types_},
            }

        def answer_inspect(self, question: Message) -> Message:
            name = _load("IPython.utils.tokenutil").token_at_cursor(question["code"], question["cursor"])
            try:
                data = self.object_inspect_mime(name, detail_level=question["detail"])
            except KeyError:
                return {"found": False, "data": {}, "metadata": {}}
            return {"found": True, "data": data, "metadata": {}}

        def answer_is_complete(self, question: Message) -> Message:
            status, spaces = self.input_transformer_manager.check_complete(question["code"])
            return {"status": status, "indent": " " * (spaces or 0)} if status == "incomplete" else {"status": status}

    return ZMQInteractiveShell
