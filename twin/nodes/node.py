"""A node: a place of the network, described by a frozen spec that knows how its kind lives.

Adding a kind is one class in one file (imported in `language.py`): a spec with a `kind`, the dials that disruptions may
turn on it, and `live(world, name)`, which makes the living thing and starts its processes; and a row in
`results/places.py` for what it is judged by. Language, schema and the "did you mean" lists follow from the class.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar, get_args

from twin.disruptions.subject import Found, Subject

if TYPE_CHECKING:
    from twin.engine.world import World
    from twin.language import Model


class Node(Subject):
    """What every kind of node has: its `kind`, and the region that a regional disruption would hit."""

    kinds: ClassVar[dict[str, type[Node]]] = {}

    region: str | None = None

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        super().__pydantic_init_subclass__(**kwargs)
        if "kind" in cls.model_fields:
            (kind,) = get_args(cls.model_fields["kind"].annotation)
            Node.kinds[kind] = cls

    def handled(self, name: str, model: Model) -> tuple[str, ...]:
        """The items that this node gives, keeps, makes or buys."""
        return ()

    def live(self, world: World, name: str) -> Any:
        """Make the living node and start its processes."""
        raise NotImplementedError

    def mistakes(self, name: str, model: Model) -> Iterator[Found]:
        """What makes the scenario impossible."""
        yield from ()

    def findings(self, name: str, model: Model) -> Iterator[str]:
        """What a planner should know before trusting the results; it stops nothing."""
        yield from ()
