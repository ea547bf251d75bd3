"""A disruption: what it hits, when, for how long, and what it does; and how it strikes and lifts in a run."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field
from simpy import Event

from twin.disruptions.effects import Blow, Effects, TurnDial, steps
from twin.disruptions.subject import ITEM, NODE, Found, Subject
from twin.engine.clock import Phase
from twin.model.distributions import RandomDuration, RandomInterval, constant
from twin.model.errors import did_you_mean
from twin.model.spec import DisruptionName, Spec
from twin.model.units import DAY, Duration, PositiveDuration, Probability

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
        Field(description="a node, lane, node.item, lane.item, a list of them, or a selector like {region: US}"),
    ]
    effect: Annotated[Effects, Field(description="dials turned to a share of normal, and one-off blows")]
    at: Annotated[RandomDuration | None, Field(description="start, counted from the end of the warm-up")] = None
    every: Annotated[RandomInterval | None, Field(description="again and again: time from the end of one to the next")] = None
    after: Annotated[DisruptionName | None, Field(description="follows every occurrence of that disruption, `at` from its start")] = None
    lasts: Annotated[RandomDuration | None, Field(description="how long; default: to the end")] = None
    recovery: Annotated[PositiveDuration | None, Field(description="back to 100 % linearly, in daily steps, after `lasts`")] = None
    probability: Annotated[Probability, Field(description="drawn per occurrence")] = 1.0
    in_transit: Annotated[Literal["hold", "continue"], Field(description="shipments on a lane whose capacity is 0 %")] = "continue"

    def mistakes(self, name: str, model: Model) -> Iterator[Found]:
        here = ("disruptions", name)
        if self.at is None and self.every is None and self.after is None:
            yield here, f"disruptions.{name} never happens: it needs `at`, like `at: 60 d`, or `every`, or `after`"
        if self.every is not None and (self.at is not None or self.after is not None):
            yield (*here, "every"), f"disruptions.{name} has `every`, so it takes no `at` and no `after`"
        if self.at is not None and self.after is None and self.at.value is not None and self.at.value >= model.run.horizon:
            yield (*here, "at"), (
                f"disruptions.{name} starts on day {self.at.value / DAY:g}, but the run's horizon is only {model.run.horizon / DAY:g} d; "
                f"`at` counts from the end of the warm-up"
            )
        if self.recovery is not None and self.lasts is None:
            yield (*here, "recovery"), f"disruptions.{name} has a `recovery` but no `lasts` after which it could begin"
        if self.effect.has_path and (self.lasts is not None or self.recovery is not None):
            yield (*here, "effect"), f"disruptions.{name}.effect is a path, which says itself how long; it takes no `lasts` and no `recovery`"
        if not self.effect.named:
            yield (*here, "effect"), f"disruptions.{name}.effect is empty; write one, like `effect: {{capacity: 0 %}}`"
        if self.effect.turned == {} and self.lasts is not None:
            yield (*here, "lasts"), f"disruptions.{name} strikes once; there is nothing that `lasts`"
        yield from self._chain_mistakes(name, model)
        yield from self._target_mistakes(name, model)

    def _chain_mistakes(self, name: str, model: Model) -> Iterator[Found]:
        chain, cause = [name], self.after
        while cause is not None and cause not in chain:
            chain.append(cause)
            cause = model.disruptions[cause].after
        if cause == name:
            yield ("disruptions", name, "after"), f"disruptions.{name} follows itself: {' → '.join([*chain, name])}"

    def _target_mistakes(self, name: str, model: Model) -> Iterator[Found]:
        here = ("disruptions", name, "target")
        known = [*model.nodes, *model.lanes]
        for target in self._targets():
            place, _, item = target.partition(".")
            if place not in known:
                yield here, f"disruptions.{name}.target: `{place}` is not a node or lane here{did_you_mean(place, known)}"
                return
            if item and item not in handled(model, place):
                yield here, f"disruptions.{name}.target: `{place}` has no item `{item}`{did_you_mean(item, handled(model, place))}"
                return
        for effect in self.effect.named:
            if not self.subjects(model, effect):
                yield here, f"disruptions.{name}: nothing that it targets has a `{effect}`; {_who_has(effect, model)}"

    def _targets(self) -> tuple[str, ...]:
        if isinstance(self.target, str):
            return (self.target,)
        return self.target if isinstance(self.target, tuple) else ()

    def subjects(self, model: Model, effect: str) -> tuple[str, ...]:
        """The nodes, lanes, node.items and lane.items whose dial (or blow) of that name this disruption hits."""
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
        for target in self._targets():
            place, _, item = target.partition(".")
            found.update(dict.fromkeys(_hit(model, place, subjects_of(model)[place], effect, item or None)))
        return tuple(sorted(found))

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


def _who_has(effect: str, model: Model) -> str:
    having = [name for name, thing in subjects_of(model).items() if effect in {**thing.dials, **thing.blows}]
    return f"`{effect}` is a dial of {', '.join(sorted(having)[:6])}" if having else f"nothing here has a `{effect}`"


@dataclass
class Occurrence:
    """One time that a disruption struck: seconds of start, end and full recovery (None: not before the run's end)."""

    name: str
    start: int
    end: int | None
    recovered: int | None
    places: tuple[str, ...]


class Course:
    """A disruption in a run: it strikes, lasts, recovers, and calls those that follow it."""

    def __init__(self, world: World, model: Model, name: str, spec: Disruption, followers: tuple[Course, ...]) -> None:
        self.world = world
        self.name = name
        self.spec = spec
        self.followers = followers
        self.places = spec.places(model)
        hold = spec.in_transit == "hold"
        self.dials = [
            (TurnDial(dial, spec.subjects(model, dial), hold and dial == "capacity"), level, 0.0 if dial in Effects.added else 1.0)
            for dial, level in spec.effect.turned.items()
        ]
        self.blows = [(Blow(blow, spec.subjects(model, blow)), share) for blow, share in sorted(spec.effect.struck.items())]
        self._turn = world.turn(Phase.DISRUPT, name)
        self._at = world.draws(f"disruption {name} at", spec.at or constant(0))
        self._gaps = world.draws(f"disruption {name} every", spec.every or constant(0))
        self._lengths = world.draws(f"disruption {name}", spec.lasts or constant(0))
        self._chances = world.streams.chances(f"disruption {name} probability") if spec.probability < 1 else None
        self._count = 0

    def live(self) -> Generator[Event, None, None]:
        """Strike at the set time; or, with `every`, again and again from the end of one to the next."""
        world = self.world
        if self.spec.every is None:
            yield world.at(world.ledger.warm_up + next(self._at), self._turn)
            yield from self._occur()
            return
        while True:
            yield world.at(world.now + next(self._gaps), self._turn)
            yield from self._occur()

    def follow(self) -> Generator[Event, None, None]:
        """Strike a while after the start of what this disruption follows."""
        yield self.world.at(self.world.now + next(self._at), self._turn)
        yield from self._occur()

    def _occur(self) -> Generator[Event, None, None]:
        world, spec = self.world, self.spec
        length = next(self._lengths)
        if self._chances is not None and next(self._chances) >= spec.probability:
            return
        self._count += 1
        cause = (self.name, self._count)
        occurrence = Occurrence(self.name, world.now, None, None, self.places)
        if self.blows or any(level != normal for _, level, normal in self.dials):  # at 100 % of normal it is no disruption
            world.ledger.occurrences.append(occurrence)
            world.ledger.fact("disruption", self.name)
        for blow, share in self.blows:
            blow.strike(world, cause, share)
        for follower in self.followers:
            world.process(follower.follow())
        if spec.effect.has_path:
            yield from self._along_paths(cause, occurrence)
            return
        for dial, level, _ in self.dials:
            dial.strike(world, cause, level)
        if spec.lasts is None:
            if self.dials:
                yield world.clock.event()  # to the end of the run
            occurrence.end = occurrence.recovered = world.now
            return
        yield world.at(world.now + length, self._turn)
        occurrence.end = world.now
        if spec.recovery is not None:
            yield from self._recover(cause, spec.recovery)
        for dial, _, _ in self.dials:
            dial.lift(world, cause)
        occurrence.recovered = world.now

    def _recover(self, cause: tuple[str, int], length: int) -> Generator[Event, None, None]:
        start = self.world.now
        for time, done in steps(((0, 0.0), (length, 1.0))):
            if time:
                yield self.world.at(start + time, self._turn)
            for dial, level, normal in self.dials:
                dial.strike(self.world, cause, level + (normal - level) * done)

    def _along_paths(self, cause: tuple[str, int], occurrence: Occurrence) -> Generator[Event, None, None]:
        """Dials that follow paths, each in its daily steps; a dial with one level keeps it."""
        start = self.world.now
        plans = [(dial, dict(steps(level if isinstance(level, tuple) else ((0, level),)))) for dial, level, _ in self.dials]
        for time in sorted({time for _, plan in plans for time in plan}):
            if time:
                yield self.world.at(start + time, self._turn)
            for dial, plan in plans:
                if time in plan:
                    dial.strike(self.world, cause, plan[time])
        if all(next(reversed(plan.values())) == normal for (_, plan), (_, _, normal) in zip(plans, self.dials, strict=True)):
            occurrence.end = occurrence.recovered = self.world.now


def unleash(world: World, model: Model) -> None:
    """Start every disruption of the model in this world."""
    courses: dict[str, Course] = {}

    def course(name: str) -> Course:
        if name not in courses:
            following = [other for other, spec in model.disruptions.items() if spec.after == name]
            courses[name] = Course(world, model, name, model.disruptions[name], tuple(course(other) for other in sorted(following)))
        return courses[name]

    for name, spec in model.disruptions.items():
        if spec.after is None:
            world.process(course(name).live())
