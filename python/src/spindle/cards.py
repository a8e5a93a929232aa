"""Cards, the reports of tasks: their classes exist, so that flows that fill cards run; nothing is drawn yet."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


class MetaflowCardComponent:
    """A part of a card: keeps what it was made of."""

    type: str | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.args = args
        self.kwargs = kwargs
        self.component_id: str | None = None

    def update(self, *args: Any, **kwargs: Any) -> None:
        """Changes what is shown; nothing is."""

    def render(self) -> Any:
        """What a card would draw: nothing."""
        return {}


class MetaflowCard:
    """A kind of card."""

    type: str | None = None
    ALLOW_USER_COMPONENTS = False
    RUNTIME_UPDATABLE = False
    RELOAD_POLICY = "never"

    def __init__(
        self, options: dict[str, Any] | None = None, components: Any = (), graph: Any = None, flow: Any = None
    ) -> None:
        self.options = options or {}
        self.components = components

    def render(self, task: Any, data: Any = None) -> str:
        """The card's HTML: nothing."""
        return ""


class Artifact(MetaflowCardComponent):
    """Shows a value."""


class Table(MetaflowCardComponent):
    """Shows rows of values or components."""

    @classmethod
    def from_dataframe(cls, dataframe: Any = None, truncate: bool = True) -> Table:
        """A table of a pandas data frame."""
        return cls(dataframe, truncate=truncate)


class Image(MetaflowCardComponent):
    """Shows an image."""

    @classmethod
    def from_matplotlib(cls, plot: Any, label: str | None = None, **kwargs: Any) -> Image:
        """An image of a matplotlib figure."""
        return cls(plot, label=label, **kwargs)

    @classmethod
    def from_pil_image(cls, pilimage: Any, label: str | None = None, **kwargs: Any) -> Image:
        """An image of a PIL image."""
        return cls(pilimage, label=label, **kwargs)


class Error(MetaflowCardComponent):
    """Shows an error."""


class Markdown(MetaflowCardComponent):
    """Shows text."""


class VegaChart(MetaflowCardComponent):
    """Shows a Vega-Lite chart."""

    @classmethod
    def from_altair_chart(cls, altair_chart: Any, **kwargs: Any) -> VegaChart:
        """A chart of an Altair chart."""
        return cls(altair_chart, **kwargs)


class ProgressBar(MetaflowCardComponent):
    """Shows how far something is."""


class ValueBox(MetaflowCardComponent):
    """Shows one number."""


class PythonCode(MetaflowCardComponent):
    """Shows source code."""


class EventsTimeline(MetaflowCardComponent):
    """Shows events in time."""


class JSONViewer(MetaflowCardComponent):
    """Shows JSON."""


class YAMLViewer(MetaflowCardComponent):
    """Shows YAML."""


class DefaultCard(MetaflowCard):
    """The card of all that is known of a task."""


class BlankCard(MetaflowCard):
    """A card with the user's components only."""


class ErrorCard(MetaflowCard):
    """The card of a card that failed."""


class PageComponent(MetaflowCardComponent):
    """A page of a card."""


class CardComponents:
    """The components of a card, as `current.card.components`."""

    def __getitem__(self, key: Any) -> MetaflowCardComponent:
        return MetaflowCardComponent()

    def __setitem__(self, key: Any, component: Any) -> None:
        pass


class CardCollector:
    """`current.card`: takes components and forgets them."""

    @property
    def components(self) -> CardComponents:
        """The components by id."""
        return CardComponents()

    def append(self, component: Any, id: str | None = None) -> None:
        """Adds a component."""

    def extend(self, components: Any) -> None:
        """Adds components."""

    def clear(self) -> None:
        """Removes all components."""

    def refresh(self, data: Any = None, force: bool = False) -> None:
        """Shows what has changed."""

    def get(self, type: str | None = None) -> list[Any]:
        """The cards of a type."""
        return []

    def __getitem__(self, key: str) -> CardCollector:
        return self

    def __setitem__(self, key: str, components: Any) -> None:
        pass


def get_cards(task: Any, id: str | None = None, type: str | None = None, follow_resumed: bool = True) -> list[Any]:
    """The cards of a task: none."""
    return []
