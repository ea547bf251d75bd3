"""A disruption: what it hits, when, for how long, and what it does; and how it strikes and lifts in a run."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field
from simpy import Event

from twin.disruptions.effects import Blow, Effects, Point, TurnDial, steps
from twin.disruptions.subject import ITEM, NODE, Subject
from twin.engine.clock import Phase
from twin.model.distributions import RandomDuration, RandomInterval, constant
from twin.model.memory import remembered
from twin.model.spec import DisruptionName, Spec
from twin.model.units import Duration, PositiveDuration, Probability

if TYPE_CHECKING:
    from twin.engine.world import World
    from twin.language import Model


class Where(Spec):
    """A selector of targets; conditions join."""

    region: Annotated[str | None, Field(description="nodes of this region")] = None
    group: Annotated[str | None, Field(description="items of this commodity family")] = None
    kind: Annotated[str | None, Field(description="nodes of this kind")] = None


class Disruption(Spec):
    """Something happens to some places, once, again and again, or after something else."""

    target: Annotated[
        str | tuple[str, ...] | Where,
        Field(
            description="a node, lane, node.item, lane.item, a list of them, or a selector like {region: US}",
            examples=["long_beach"],
        ),
    ]
    effect: Annotated[
        Effects,
        Field(description="dials turned to a share of normal, and one-off blows", examples=["{capacity: 0 %}"]),
    ]
    at: Annotated[RandomDuration | None, Field(description="start, counted from the end of the warm-up")] = None
    every: Annotated[
        RandomInterval | None, Field(description="again and again: time from the end of one to the next")
    ] = None
    after: Annotated[
        DisruptionName | None, Field(description="follows every occurrence of that disruption, `at` from its start")
    ] = None
    lasts: Annotated[RandomDuration | None, Field(description="how long; default: to the end")] = None
    recovery: Annotated[
        PositiveDuration | None, Field(description="back to 100 % linearly, in daily steps, after `lasts`")
    ] = None
    probability: Annotated[Probability, Field(description="drawn per occurrence")] = 1.0
    notice: Annotated[
        Duration, Field(description="known this long before; only rules with `prebuild` act on it; default: none")
    ] = 0
    in_transit: Annotated[
        Literal["hold", "continue"], Field(description="shipments on a lane whose capacity is 0 %")
    ] = "continue"

    @property
    def targets(self) -> tuple[str, ...]:
        """The places that are named; none where a selector finds them."""
        if isinstance(self.target, str):
            return (self.target,)
        return self.target if isinstance(self.target, tuple) else ()

    def subjects(self, model: Model, effect: str) -> tuple[str, ...]:
        """The nodes, lanes, node.items and lane.items whose dial (or blow) of that name this disruption hits.

        Where a whole lane is hit, its items are not hit a second time.
        """
        found: dict[str, None] = {}
        if isinstance(self.target, Where):
            for name, thing in subjects_of(model).items():
                if self.target.kind not in (None, getattr(thing, "kind", None)):
                    continue
                if self.target.region not in (None, getattr(thing, "region", None)):
                    continue
                if self.target.group is None:
                    found.update(dict.fromkeys(_hit(model, name, thing, effect)))
                else:
                    items = [item for item in handled(model, name) if model.items[item].group == self.target.group]
                    found.update((hit, None) for item in items for hit in _hit(model, name, thing, effect, item))
        for target in self.targets:
            place, _, item = target.partition(".")
            found.update(dict.fromkeys(_hit(model, place, subjects_of(model)[place], effect, item or None)))
        return tuple(sorted(hit for hit in found if hit.partition(".")[0] not in found or "." not in hit))

    def places(self, model: Model) -> tuple[str, ...]:
        """The nodes and lanes that are hit, for maps and captions."""
        hit = (subject.partition(".")[0] for effect in self.effect.named for subject in self.subjects(model, effect))
        return tuple(dict.fromkeys(hit))


def subjects_of(model: Model) -> dict[str, Subject]:
    """Everything that can be hit."""
    return {**model.nodes, **model.lanes}


def handled(model: Model, place: str) -> tuple[str, ...]:
    """The items of a node or lane."""
    return model.network.carried[place] if place in model.lanes else model.nodes[place].handled(place, model)


def _hit(model: Model, name: str, thing: Subject, effect: str, item: str | None = None) -> Iterator[str]:
    levels = {**thing.dials, **thing.blows}.get(effect, ())
    if item is not None:
        if ITEM in levels:
            yield f"{name}.{item}"
    elif NODE in levels:
        yield name
    elif ITEM in levels:
        yield from (f"{name}.{each}" for each in handled(model, name))


@dataclass
class Occurrence:
    """One time that a disruption struck: seconds of start, end and full recovery (None: not before the run's end)."""

    name: str
    start: int
    end: int | None
    recovered: int | None
    places: tuple[str, ...]


class Course:
    """A disruption in a run: it strikes, follows its plan, lifts, and calls those that follow it."""

    def __init__(
        self,
        world: World,
        model: Model,
        name: str,
        spec: Disruption,
        followers: tuple[Course, ...],
        warned: tuple[str, ...],
    ) -> None:
        self.world = world
        self.name = name
        self.spec = spec
        self.followers = followers
        self.warned = warned  # the stocks that prebuild for it
        self.places = spec.places(model)
        hold = spec.in_transit == "hold"
        self.dials = [
            (TurnDial(dial, spec.subjects(model, dial), hold and dial == "capacity"), level, normal(dial))
            for dial, level in spec.effect.turned.items()
        ]
        self.blows = [
            (Blow(blow, spec.subjects(model, blow)), share) for blow, share in sorted(spec.effect.struck.items())
        ]
        self._turn = world.turn(Phase.DISRUPT, name)
        self._at = world.draws(f"disruption {name} at", spec.at or constant(0))
        self._gaps = world.draws(f"disruption {name} every", spec.every or constant(0))
        self._lengths = world.draws(f"disruption {name}", spec.lasts or constant(0))
        self._chances = world.streams.chances(f"disruption {name} probability") if spec.probability < 1 else None
        self._count = self._notices = 0

    def live(self) -> Generator[Event, None, None]:
        """Strike at the set time; or, with `every`, again and again from the end of one to the next."""
        world = self.world
        if self.spec.every is None:
            yield from self._come(world.ledger.warm_up + next(self._at))
            return
        while True:
            yield from self._come(world.now + next(self._gaps))

    def follow(self) -> Generator[Event, None, None]:
        """Strike a while after the start of what this disruption follows."""
        yield from self._come(self.world.now + next(self._at))

    def _come(self, start: int) -> Generator[Event, None, None]:
        """Strike at a set time, of which those who prebuild have notice; whether it then occurs or not."""
        if self.warned:
            yield from self._give_notice(start)
        else:
            yield self.world.at(start, self._turn)
        yield from self._occur()

    def _give_notice(self, start: int) -> Generator[Event, None, None]:
        world = self.world
        self._notices += 1
        cause = (self.name, self._notices)
        yield world.at(max(world.now, start - self.spec.notice), self._turn)
        world.ledger.fact("notice", self.name)
        for stock in self.warned:
            world.dial("notice", stock).turn(cause, 1.0)
        yield world.at(start, self._turn)
        for stock in self.warned:
            world.dial("notice", stock).turn(cause, None)

    def _occur(self) -> Generator[Event, None, None]:
        world, start = self.world, self.world.now
        length = next(self._lengths) if self.spec.lasts is not None else None
        if self._chances is not None and next(self._chances) >= self.spec.probability:
            return
        self._count += 1
        cause = (self.name, self._count)
        plans = [(dial, plan(level, usual, length, self.spec.recovery)) for dial, level, usual in self.dials]
        self._record(start, length, plans)
        for blow, share in self.blows:
            blow.strike(world, cause, share)
        for follower in self.followers:
            world.process(follower.follow())
        for time in sorted({time for _, steps_of in plans for time in steps_of}):
            if time:
                yield world.at(start + time, self._turn)
            for dial, steps_of in plans:
                level = steps_of.get(time, KEEP)
                if level is None:
                    dial.lift(world, cause)
                elif level != KEEP:
                    dial.strike(world, cause, level)
        if any(steps_of[max(steps_of)] is not None for _, steps_of in plans) and self.spec.every is not None:
            yield world.clock.event()  # it never ends, so it cannot come again

    def _record(self, start: int, length: int | None, plans: list[tuple[TurnDial, dict[int, float | None]]]) -> None:
        """A fact for the books; at 100 % of normal it is no disruption."""
        if not self.blows and all(
            level in (None, usual)
            for (_, p), (_, _, usual) in zip(plans, self.dials, strict=True)
            for level in p.values()
        ):
            return
        over = all(p[max(p)] in (None, usual) for (_, p), (_, _, usual) in zip(plans, self.dials, strict=True))
        last = start + max((max(p) for _, p in plans), default=0)
        end = last if length is None else start + length
        self.world.ledger.occurrences.append(
            Occurrence(self.name, start, end if over else None, last if over else None, self.places)
        )
        self.world.ledger.fact("disruption", self.name)


KEEP = -1.0  # no step of a plan: the level stays


def normal(dial: str) -> float:
    """What a dial shows when nothing has turned it."""
    return 0.0 if dial in Effects.added else 1.0


def plan(
    level: float | tuple[Point, ...], usual: float, length: int | None, recovery: int | None
) -> dict[int, float | None]:
    """A dial's levels by second since the strike; None lifts the effect.

    >>> plan(0.5, 1.0, 3, None)
    {0: 0.5, 3: None}
    """
    if isinstance(level, tuple):
        levels: dict[int, float | None] = dict(steps(level))
        last = max(levels)
        return {**levels, last: None} if levels[last] == usual else levels
    if length is None:
        return {0: level}
    if recovery is None:
        return {0: level, length: None}
    back = {length + time: level + (usual - level) * done for time, done in steps(((0, 0.0), (recovery, 1.0)))}
    return {0: level, **back, length + recovery: None}


@remembered
def hits(model: Model) -> frozenset[tuple[str, str]]:
    """Every dial and blow, by name and subject, that the disruptions of a model may use."""
    found = set()
    for spec in model.disruptions.values():
        for effect in spec.effect.named:
            found |= {(effect, subject) for subject in spec.subjects(model, effect)}
            if spec.in_transit == "hold" and effect == "capacity":
                found |= {("sailing", subject) for subject in spec.subjects(model, effect)}
    return frozenset(found)


def unleash(world: World, model: Model, warned: Mapping[str, tuple[str, ...]]) -> None:
    """Start every disruption of the model in this world; `warned` are the stocks that prebuild for each."""
    courses: dict[str, Course] = {}

    def course(name: str) -> Course:
        if name not in courses:
            following = [other for other, spec in model.disruptions.items() if spec.after == name]
            followers = tuple(course(other) for other in sorted(following))
            courses[name] = Course(world, model, name, model.disruptions[name], followers, warned.get(name, ()))
        return courses[name]

    for name, spec in model.disruptions.items():
        if spec.after is None:
            world.process(course(name).live())
