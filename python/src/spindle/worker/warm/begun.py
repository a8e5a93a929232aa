"""The process that has executed a flow's file up to its class: cells of a notebook change the class alone."""

from __future__ import annotations

import os
import signal

from spindle.worker import ending, notebook
from spindle.worker.warm import session, wire
from spindle.worker.warm.stamps import Stamps, Watch, importable
from spindle.worker.warm.template import Waiting, put_folder_first, surround

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, NoReturn

    from spindle.worker.channel import Message
    from spindle.worker.module import Loader

# An import that takes longer is not worth the wait, or hangs.
_SECONDS = 120


def become(link: int, message: Message, loader: Loader) -> NoReturn:
    """Executes the first half, says what it is made of, and waits. One that can't be kept ends the process."""
    code = 1
    try:
        os.setpgid(0, 0)
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        signal.alarm(_SECONDS)
        surround(message)
        put_folder_first(message["cwd"])
        printed: list[tuple[int, bytes]] = []
        watch = Watch()
        heard = session.listen(printed)
        with watch:
            half = loader.begin(message)
        signal.alarm(0)
        for stream in heard:
            stream.forget()
        waiting = Waiting(link, loader, printed)
        news = _news(loader, watch, message["source"])
        wire.send(waiting.link, {"type": "begun", "text": half.text, "places": half.places, **news})
        if news["fit"]:
            session.load_common()
            notebook.prepare()
            waiting.loop()
    except BaseException:
        pass  # the keeper is gone, or the file raises; so it will where somebody hears of it
    finally:
        ending.leave(code, user_handlers=False)


def _news(loader: Loader, watch: Watch, source: str) -> dict[str, Any]:
    """What the half was made of but for the file itself, whose text is compared, and the libraries it has imported."""
    if loader.hazard() or watch.outside:
        return {"fit": False, "again": False}
    source = os.path.abspath(source)
    watch.files = {file for file in watch.files if os.path.abspath(file) != source}
    stamps = Stamps.taken(watch, [file for file in loader.files(source) if file != source])
    if stamps is None:
        return {"fit": False, "again": True}  # a file was saved a moment ago
    folder = os.path.dirname(source)
    stamps.names[folder] = importable(folder)
    # Libraries that the flow has set variables for are not imported without it.
    found = [] if watch.environment else session.libraries(loader.imported)
    return {"fit": True, "stamps": stamps.fields(), "libraries": found}
