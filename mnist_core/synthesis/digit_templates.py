"""Hand-designed templates of the digits: strokes for styles that are rare in MNIST.

`TEMPLATES` has one function per digit. Each returns a few strokes whose control points differ from
one call to the next: a 1 with a flag and a foot, a 0 with a slash or an upright stroke through it,
a 7 with a bar, an open 4, a 4 like the letter φ, a 5 in two strokes, an 8 in one loop, a 9 with a
straight or hooked tail. A template is independent of
pens and pixels; `mnist_core.synthesis.handwriting` draws it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from mnist_core.synthesis.strokes import Stroke, arc

Rng = np.random.Generator


def flag_offset(length: float, flat_below: float, rng: Rng) -> np.ndarray:
    """Return the offset from the top of a 1 to the tip of its flag, (x, y) float64.

    Args:
        length: Horizontal extent of the flag, to the left.
        flat_below: Only a shorter flag may be nearly flat, since a long flat one would make a 7.
        rng: Draws the slope.
    """
    is_flat = length < flat_below and rng.random() < 0.6
    return length * np.array([-1, rng.uniform(0.1, 0.6) if is_flat else rng.uniform(0.55, 1.3)])


def _choose(rng: Rng, variants: Sequence[str]) -> str:
    return variants[int(rng.integers(len(variants)))]


def _zero(rng: Rng) -> list[Stroke]:
    radius = rng.uniform(0.22, 0.46)
    start = rng.uniform(-130, -40)
    turn = 360 + rng.normal(5, 18)
    oval = arc((0.5, 0.5), (radius, 0.5), start, start - turn, 13)
    variant = rng.choice(["plain", "dotted", "like φ", "slashed"], p=[0.28, 0.07, 0.15, 0.5])
    if variant == "plain":
        return [oval]
    if variant == "dotted":
        dot = np.array([0.5, 0.5]) + rng.normal(0, 0.03, 2)
        return [oval, np.stack([dot, dot + rng.normal(0, 0.03, 2)])]
    if variant == "like φ":
        top, bottom = rng.uniform(-0.3, 0.2), rng.uniform(0.8, 1.3)
        column, tilt = 0.5 + rng.normal(0, 0.15) * radius, rng.normal(0, 0.08)
        return [oval, np.array([[column + tilt, top], [column - tilt, bottom]])]
    # From the upper right to the lower left, or mirrored. Each end reaches beyond the oval or stops
    # short of it; a mirrored slash may not reach far beyond, since that would make a Q.
    angle = np.radians(rng.uniform(25, 80))
    direction = np.array([radius * np.cos(angle), -0.5 * np.sin(angle)])
    backslash = rng.random() < 0.25
    if backslash:
        direction[0] *= -1
    above, below = rng.uniform(0.5, 1.1 if backslash else 2.0, 2)
    middle = np.array([0.5, 0.5]) + rng.normal(0, 0.06, 2)
    return [oval, np.stack([middle + above * direction, middle - below * direction])]


def _one(rng: Rng) -> list[Stroke]:
    top, bottom = np.array([0.5, 0.0]), np.array([0.5 + rng.normal(0, 0.03), 1.0])
    flag = top + flag_offset(rng.uniform(0.1, 0.5), 0.32, rng)
    has_flag = rng.random() < 0.85
    strokes = [np.stack([flag, top, top, bottom]) if has_flag else np.stack([top, bottom])]
    if rng.random() < (0.5 if has_flag else 0.7):
        left, right = rng.uniform(0.0, 0.38), rng.uniform(0.1, 0.45)
        strokes.append(bottom + np.array([[-left, rng.normal(0, 0.03)], [right, 0]]))
    return strokes


def _two(rng: Rng) -> list[Stroke]:
    crown = arc((0.48, 0.28), (0.34, 0.28), rng.uniform(180, 215), 375, 7)
    heel, foot = np.array([0.1, 0.95]), rng.uniform(0.6, 1)
    variant = _choose(rng, ["like a Z", "looped", "plain"])
    if variant == "like a Z":
        if rng.random() < 0.4:
            crown = np.array([[0.12, 0.06], [0.8, 0.04], [0.8, 0.04]])
        return [np.concatenate([crown, [heel, heel, [foot, rng.uniform(0.88, 1.0)]]])]
    if variant == "looped":
        size = rng.uniform(0.08, 0.18)
        loop = arc((0.22, 0.86), (size * 1.2, size), 60, 330, 7)
        return [np.concatenate([crown, loop, [[0.6 * foot, 0.93], [foot, 0.9]]])]
    return [np.concatenate([crown, [[0.45, 0.68], heel, [0.55 * foot, 0.9], [foot, 0.97]]])]


def _three(rng: Rng) -> list[Stroke]:
    belly = arc((0.42, 0.7), (rng.uniform(0.25, 0.45), 0.3), -80, rng.uniform(110, 175), 8)
    variant = _choose(rng, ["flat top", "looped waist", "plain"])
    if variant == "flat top":
        corner = [rng.uniform(0.6, 0.85), 0.0]
        notch = [rng.uniform(0.25, 0.5), rng.uniform(0.3, 0.45)]
        top = np.array([[rng.uniform(0, 0.2), 0.03], corner, corner, notch, notch])
        return [np.concatenate([top, belly])]
    crown = arc((0.42, 0.22), (0.32, 0.22), rng.uniform(190, 225), 435, 7)
    if variant == "looped waist":
        return [np.concatenate([crown, [[0.28, 0.46], [0.27, 0.38], [0.38, 0.42]], belly])]
    return [np.concatenate([crown, [[0.36, 0.43], [0.36, 0.43]], belly])]


def _four(rng: Rng) -> list[Stroke]:
    stem = rng.uniform(0.5, 0.85)
    crossing = rng.uniform(0.5, 0.8)
    end = [rng.uniform(stem + 0.05, 1.05), crossing + rng.normal(0, 0.04)]
    corner = [rng.uniform(0.0, 0.12), crossing]
    variant = (
        "like φ"
        if rng.random() < 0.05
        else _choose(rng, ["triangle and stem", "one stroke", "open corner", "open bend"])
    )
    if variant == "triangle and stem":
        return [
            np.array([[stem, 0.0], corner, corner, end]),
            np.array([[stem, rng.uniform(-0.05, 0.05)], [stem, 1.0]]),
        ]
    if variant == "one stroke":  # up again to the right
        return [
            np.array([end, corner, corner, [stem, 0.0], [stem, 0.0], [stem + 0.02, 1.0]]),
        ]
    if variant == "like φ":  # a closed triangle on both sides of the stem
        apex = [stem - 0.12, rng.uniform(0.0, 0.15)]
        return [
            np.array([apex, corner, corner, end, end, apex]),
            np.array([[stem - 0.12, rng.uniform(-0.15, 0.1)], [stem - 0.12, 1.1]]),
        ]
    start = [rng.uniform(0.08, 0.38), rng.uniform(-0.05, 0.12)]
    top = rng.uniform(0.0, 0.4)
    if variant == "open corner":
        return [np.array([start, corner, corner, end]), np.array([[stem, top], [stem, 1.0]])]
    bend = [[corner[0] + 0.02, crossing * 0.75], [corner[0] + 0.12, crossing]]
    return [np.array([start, *bend, end]), np.array([[stem, top], [stem, 1.0]])]


def _five(rng: Rng) -> list[Stroke]:
    belly = arc((0.4, 0.68), (0.42, 0.32), -110, rng.uniform(120, 170), 8)
    neck = [rng.uniform(0.12, 0.28), rng.uniform(-0.03, 0.1)]
    waist = [rng.uniform(0.08, 0.22), rng.uniform(0.38, 0.46)]
    far = [rng.uniform(0.65, 1.0), rng.uniform(-0.06, 0.06)]
    variant = _choose(rng, ["one stroke", "like an S", "two strokes"])
    if variant == "one stroke":
        return [np.concatenate([[far, neck, neck, waist, waist], belly])]
    if variant == "like an S":
        return [np.concatenate([[far, [0.4, 0.0], neck, waist], belly[1:]])]
    gap = rng.uniform(-0.08, 0.2)  # the bar is apart from the neck or crosses it
    bar = np.array([[neck[0] + gap, neck[1] + rng.normal(0, 0.05)], far])
    return [np.concatenate([[neck, waist, waist], belly]), bar]


def _six(rng: Rng) -> list[Stroke]:
    variant = _choose(rng, ["curly", "straight stem", "like a b"])
    # With a large bowl, only a curly stem distinguishes a 6 from a 0.
    radius = rng.uniform(0.24, 0.46 if variant == "curly" else 0.4)
    height = rng.uniform(0.2, 0.38 if variant == "curly" else 0.3)
    bowl = arc((0.5, 1 - height), (radius, height), 190, rng.uniform(-210, -140), 10)
    left = 0.5 - radius
    if variant == "curly":
        tip = [rng.uniform(0.75, 1.1), rng.uniform(0.02, 0.2)]
        top = [tip, [0.72, 0.0], [left + 0.22, 0.12], [left + 0.08, 0.5 - 0.5 * height]]
    elif variant == "straight stem":
        top = [[rng.uniform(0.4, 0.75), 0.0], [0.3, 0.35]]
    else:
        top = [[left, 0.0], [left, 0.4]]
    return [np.concatenate([top, bowl])]


def _seven(rng: Rng) -> list[Stroke]:
    left, right = np.array([0.05, rng.uniform(-0.02, 0.08)]), np.array([0.85, 0.0])
    foot = np.array([rng.uniform(0.1, 0.8), rng.uniform(0.9, 1.1)])
    bend = (right + foot) / 2 + np.array([rng.uniform(-0.12, 0.03), 0])
    serif = left + np.array([rng.normal(0, 0.03), rng.uniform(0.06, 0.24)])
    start = [serif] if rng.random() < 0.4 else []
    stem = [right, right, bend, foot]
    strokes = [np.array([*start, left, left, *stem])]
    if rng.random() < 0.75:
        height = rng.uniform(0.32, 0.75)
        at = right + (foot - right) * height
        reach = np.array([rng.uniform(0.14, 0.42), rng.normal(-0.02, 0.07)])
        strokes.append(np.stack([at - reach, at + reach * rng.uniform(0.6, 1.1)]))
    return strokes


def _eight(rng: Rng) -> list[Stroke]:
    waist = 0.48
    lower = (rng.uniform(0.2, 0.4), 0.27)
    height = rng.uniform(0.15, 0.25)
    upper = (rng.uniform(0.55, 0.95) * lower[0], height)
    above, below = (0.5, waist - height), (0.5, 0.73)
    if rng.random() < 0.3:  # two rings
        first, second = rng.uniform(-180, 180, 2)
        return [
            arc(above, upper, first, first + 360 + rng.normal(0, 15), 10),
            arc(below, lower, second, second + 360 + rng.normal(0, 15), 10),
        ]
    # One loop: down as an S from the upper right, up again, ending near or short of the start.
    start, end = rng.uniform(-80, 20), rng.uniform(-25, 75)
    down = arc(above, upper, start, -230, 6)
    bowl = arc(below, lower, -50, 230, 8)
    up = arc(above, upper, 50, end - 60, 4)
    strokes = np.concatenate([down, bowl, up])
    return [strokes * np.array([1 if rng.random() < 0.7 else -1, 1])]


def _nine(rng: Rng) -> list[Stroke]:
    radius, height = rng.uniform(0.24, 0.4), rng.uniform(0.2, 0.3)
    start = rng.uniform(-50, 10)
    bowl = arc((0.45, height), (radius, height), start, start - 330 - rng.uniform(0, 40), 11)
    edge = 0.45 + radius
    down = [edge + rng.normal(0, 0.03), rng.uniform(0.45, 0.65)]
    variant = _choose(rng, ["straight tail", "hooked tail", "slanting tail", "hook with a corner"])
    if variant == "straight tail":
        tail = [[edge, height * 0.6], [edge + rng.normal(0, 0.05), 1.0]]
    elif variant == "hooked tail":
        tail = [down, [edge - 0.08, 0.92], [0.4, 1.0], [rng.uniform(0.0, 0.25), 0.85]]
    elif variant == "slanting tail":
        tail = [down, [rng.uniform(0.25, 0.6), 1.0]]
    else:
        turn = [edge - 0.05, 0.97]
        tail = [down, turn, turn, [rng.uniform(0.0, 0.3), rng.uniform(0.88, 1.02)]]
    return [np.concatenate([bowl, tail])]


TEMPLATES: tuple[Callable[[Rng], list[Stroke]], ...] = (
    _zero,
    _one,
    _two,
    _three,
    _four,
    _five,
    _six,
    _seven,
    _eight,
    _nine,
)
