"""How numbers and policies are said aloud: 1.24 M, 88.1 %, 9.1 points, JIT."""

from collections.abc import Callable, Mapping, Sequence
from re import sub

ACRONYMS = {"jit": "JIT", "jic": "JIC"}
SCALES = ((1e9, " bn"), (1e6, " M"), (1e3, " k"), (1.0, ""))
LONGEST = 17
"""Letters of a policy's name beside its mark; in sentences it stands whole."""
MINUS = "\N{MINUS SIGN}"


def policy_name(policy: str) -> str:
    """The policy as planners write it: `jit` is JIT, any other name stays as in the scenario."""
    return ACRONYMS.get(policy, policy)


def label(policy: str) -> str:
    """The policy beside its mark: of a long name the two ends.

    >>> label("jit"), label("blanket_six_months_of_everything")
    ('JIT', 'blanket_…erything')
    """
    name = policy_name(policy)
    half = LONGEST // 2
    return name if len(name) <= LONGEST else f"{name[:half]}…{name[-half:]}"


def short(number: float) -> str:
    """Three figures and a scale.

    >>> short(1_240_000), short(950), short(-12_345), short(0)
    ('1.24 M', '950', '−12.3 k', '0')
    """
    size = abs(number)
    scale, unit = next(((s, u) for s, u in SCALES if size >= 0.9995 * s), SCALES[-1])
    text = _three_figures(size / scale) + unit
    return MINUS + text if number < 0 and text != "0" else text


def _three_figures(size: float) -> str:
    decimals = 0 if size >= 99.95 else 1 if size >= 9.995 else 2
    text = f"{size:.{decimals}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float) -> str:
    """A share of one as a percentage: 0.8812 is 88.1 %."""
    text = f"{abs(share) * 100:.1f}".removesuffix(".0")
    return f"{MINUS if share < 0 and text != '0' else ''}{text} %"


def few_percent(share: float) -> str:
    """A percentage that is not called nothing where it is little: <0.1 %."""
    return "<0.1 %" if 0 < share < 0.0005 else percent(share)


def bound(text: str) -> str:
    """Every number kept beside its unit at the end of a line."""
    pattern = r"(?<=\d) (?=\S)|(?<=\d of) |(?<= k| M|bn) (?=[A-Z]{3}\b)|(?<=\bseed|.\brun) (?=\S)"
    return sub(pattern, "\N{NO-BREAK SPACE}", text)


def days(number: float) -> str:
    """A time in days: 14.4 d, 308 d."""
    return f"{number:.{0 if abs(number) >= 99.95 else 1}f}".removesuffix(".0") + " d"


def plus_minus(say: Callable[[float], str], mean: float, half: float) -> str:
    """A mean and the half of its interval, in one unit.

    >>> plus_minus(percent, 0.938, 0.026), plus_minus(short, 4_520_000, 56_000)
    ('93.8 ± 2.6 %', '4.52 ± 0.06 M')
    """
    number, space, unit = say(mean).partition(" ")
    scale = next((size for size, name in SCALES if name.strip() == unit), None)
    around = _three_figures(half / scale) if scale else say(half).removesuffix(f" {unit}")
    if around == "0" and half > 0:
        around = "<0.01" if scale else "<0.1"
    return f"{number} ± {around}{space}{unit}"


def known(say: Callable[[float], str], found: Mapping[str, float | None]) -> str:
    """A mean with half of its interval, if it has one; a dash where there is nothing.

    >>> known(short, {"mean": 950, "low": 940, "high": 960}), known(short, {"mean": 3, "low": None}), known(short, {})
    ('950 ± 10', '3', '–')
    """
    mean, low, high = found.get("mean"), found.get("low"), found.get("high")
    if mean is None:
        return "\N{EN DASH}"
    if low is None or high is None or low == high:
        return say(mean)
    return plus_minus(say, mean, (high - low) / 2)


def rough(ratio: float) -> str:
    """The size of a change, no finer than it is worth: 0.118 is 12 %, 0.042 is 4.2 %."""
    size = abs(ratio) * 100
    return f"{size:.0f} %" if size >= 9.95 else f"{_one_decimal(size)} %"


def points(difference: float) -> str:
    """The size of a difference of two shares: 0.091 is 9.1 points."""
    size = abs(difference) * 100
    text = f"{size:.0f}" if size >= 9.95 else _one_decimal(size)
    return f"{text} point" if text == "1" else f"{text} points"


def _one_decimal(size: float) -> str:
    return "under 0.1" if 0 < size < 0.05 else f"{size:.1f}".removesuffix(".0")


def listed(words: Sequence[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)


def many(count: int | str, noun: str) -> str:
    """`1 supplier`, `2 suppliers`."""
    return f"{count} {noun}{'' if str(count) == '1' else 's'}"


def upper_first(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]
