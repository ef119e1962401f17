"""Ways of writing the digits that MNIST's American writers seldom or never used.

Half are written down here. Each way is a few strokes with control points that differ from one
drawing to the next: a 1 with a flag and a foot, a 0 with a slash, a 7 with a bar, an open 4, a 5
in two strokes, an 8 in one loop, a 9 with a straight or hooked tail. The other half are real
people's (`pen_digits`), where there are any. They are drawn with pens of many widths
and prepared by the same path as every other drawing.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

import numpy as np

from mnist_core.synthesis.pen_digits import draw_pen_digit, load_pen_digits
from mnist_core.synthesis.strokes import FAT_PENS, PENS, Stroke, arc, draw_prepared, write_by_hand

VARIANTS = 1000
SEED = 20261123
FAT = 0.2  # share of digits that a fat pen draws
JITTER = (0.01, 0.05)  # how steady the hand is, in the same units
Rng = np.random.Generator


@lru_cache(maxsize=10 * VARIANTS)
def template_digit(digit: int, number: int) -> np.ndarray:
    """Return one of `VARIANTS` drawings of a digit in these ways, (28, 28) uint8.

    Drawn when it is first asked for, which takes half a millisecond.
    """
    rng = np.random.default_rng((SEED, digit, number))
    people, _ = load_pen_digits()
    ways = people.ways[people.labels == digit]
    if number % 2 and len(ways):
        image = draw_pen_digit(ways[rng.integers(len(ways))], digit, rng)
    else:
        image = render_template(digit, rng)
    image.flags.writeable = False
    return image


def render_template(digit: int, rng: Rng) -> np.ndarray:
    """Draw a digit in one of its ways and prepare it: (28, 28) uint8."""
    unsteady = rng.uniform(*JITTER)
    strokes = [write_by_hand(stroke, unsteady, rng) for stroke in TEMPLATES[digit](rng)]
    pen = rng.uniform(*(FAT_PENS if rng.random() < FAT else PENS))
    return draw_prepared(_lean(strokes, rng), pen)


def draw_flag(reach: float, short: float, rng: Rng) -> np.ndarray:
    """Return the way from the top of a 1 to the tip of its flag, (x, y) float64.

    Args:
        reach: How far to the left the flag goes.
        short: Only a flag that reaches less far may be flat, since a long one would make a 7.
        rng: Decides the slope.
    """
    flat = reach < short and rng.random() < 0.6
    return reach * np.array([-1, rng.uniform(0.1, 0.6) if flat else rng.uniform(0.55, 1.3)])


def _lean(strokes: list[Stroke], rng: Rng) -> list[Stroke]:
    """Slant all strokes alike and make the digit narrower or wider."""
    matrix = np.array([[np.exp(rng.normal(0, 0.15)), 0], [rng.normal(-0.12, 0.15), 1]])
    return [stroke @ matrix for stroke in strokes]


def _write_0(rng: Rng) -> list[Stroke]:
    radius = rng.uniform(0.22, 0.46)
    start = rng.uniform(-130, -40)
    turn = 360 + rng.normal(5, 18)
    oval = arc((0.5, 0.5), (radius, 0.5), start, start - turn, 13)
    way = rng.choice(3, p=[0.3, 0.08, 0.62])
    if way == 0:
        return [oval]
    if way == 1:  # with a dot
        dot = np.array([0.5, 0.5]) + rng.normal(0, 0.03, 2)
        return [oval, np.stack([dot, dot + rng.normal(0, 0.03, 2)])]
    # From the upper right to the lower left, or the other way; each end for itself reaches beyond
    # the oval, where that does not make a Q, or stops short of it.
    angle = np.radians(rng.uniform(25, 80))
    direction = np.array([radius * np.cos(angle), -0.5 * np.sin(angle)])
    backslash = rng.random() < 0.25
    if backslash:
        direction[0] *= -1
    above, below = rng.uniform(0.5, 1.1 if backslash else 1.6, 2)
    middle = np.array([0.5, 0.5]) + rng.normal(0, 0.06, 2)
    return [oval, np.stack([middle + above * direction, middle - below * direction])]


def _write_1(rng: Rng) -> list[Stroke]:
    top, bottom = np.array([0.5, 0.0]), np.array([0.5 + rng.normal(0, 0.03), 1.0])
    flag = top + draw_flag(rng.uniform(0.1, 0.5), 0.32, rng)
    has_flag = rng.random() < 0.85
    strokes = [np.stack([flag, top, top, bottom]) if has_flag else np.stack([top, bottom])]
    if rng.random() < (0.5 if has_flag else 0.7):
        left, right = rng.uniform(0.0, 0.38), rng.uniform(0.1, 0.45)
        strokes.append(bottom + np.array([[-left, rng.normal(0, 0.03)], [right, 0]]))
    return strokes


def _write_2(rng: Rng) -> list[Stroke]:
    crown = arc((0.48, 0.28), (0.34, 0.28), rng.uniform(180, 215), 375, 7)
    heel, foot = np.array([0.1, 0.95]), rng.uniform(0.6, 1)
    way = rng.integers(3)
    if way == 0:  # like a Z
        if rng.random() < 0.4:
            crown = np.array([[0.12, 0.06], [0.8, 0.04], [0.8, 0.04]])
        return [np.concatenate([crown, [heel, heel, [foot, rng.uniform(0.88, 1.0)]]])]
    if way == 1:  # with a loop
        size = rng.uniform(0.08, 0.18)
        loop = arc((0.22, 0.86), (size * 1.2, size), 60, 330, 7)
        return [np.concatenate([crown, loop, [[0.6 * foot, 0.93], [foot, 0.9]]])]
    return [np.concatenate([crown, [[0.45, 0.68], heel, [0.55 * foot, 0.9], [foot, 0.97]]])]


def _write_3(rng: Rng) -> list[Stroke]:
    belly = arc((0.42, 0.7), (rng.uniform(0.25, 0.45), 0.3), -80, rng.uniform(110, 175), 8)
    way = rng.integers(3)
    if way == 0:  # with a flat top
        corner = [rng.uniform(0.6, 0.85), 0.0]
        notch = [rng.uniform(0.25, 0.5), rng.uniform(0.3, 0.45)]
        top = np.array([[rng.uniform(0, 0.2), 0.03], corner, corner, notch, notch])
        return [np.concatenate([top, belly])]
    crown = arc((0.42, 0.22), (0.32, 0.22), rng.uniform(190, 225), 435, 7)
    if way == 1:  # with a small loop at the waist
        return [np.concatenate([crown, [[0.28, 0.46], [0.27, 0.38], [0.38, 0.42]], belly])]
    return [np.concatenate([crown, [[0.36, 0.43], [0.36, 0.43]], belly])]


def _write_4(rng: Rng) -> list[Stroke]:
    stem = rng.uniform(0.5, 0.85)
    crossing = rng.uniform(0.5, 0.8)
    end = [rng.uniform(stem + 0.05, 1.05), crossing + rng.normal(0, 0.04)]
    corner = [rng.uniform(0.0, 0.12), crossing]
    way = rng.integers(4)
    if way == 0:  # closed: a triangle with a stem
        return [
            np.array([[stem, 0.0], corner, corner, end]),
            np.array([[stem, rng.uniform(-0.05, 0.05)], [stem, 1.0]]),
        ]
    if way == 1:  # in one stroke, up again to the right
        return [
            np.array([end, corner, corner, [stem, 0.0], [stem, 0.0], [stem + 0.02, 1.0]]),
        ]
    start = [rng.uniform(0.08, 0.38), rng.uniform(-0.05, 0.12)]
    top = rng.uniform(0.0, 0.4)
    if way == 2:  # open, with a corner
        return [np.array([start, corner, corner, end]), np.array([[stem, top], [stem, 1.0]])]
    bend = [[corner[0] + 0.02, crossing * 0.75], [corner[0] + 0.12, crossing]]
    return [np.array([start, *bend, end]), np.array([[stem, top], [stem, 1.0]])]


def _write_5(rng: Rng) -> list[Stroke]:
    belly = arc((0.4, 0.68), (0.42, 0.32), -110, rng.uniform(120, 170), 8)
    neck = [rng.uniform(0.12, 0.28), rng.uniform(-0.03, 0.1)]
    waist = [rng.uniform(0.08, 0.22), rng.uniform(0.38, 0.46)]
    far = [rng.uniform(0.65, 1.0), rng.uniform(-0.06, 0.06)]
    way = rng.integers(3)
    if way == 0:  # in one stroke
        return [np.concatenate([[far, neck, neck, waist, waist], belly])]
    if way == 1:  # like an S
        return [np.concatenate([[far, [0.4, 0.0], neck, waist], belly[1:]])]
    gap = rng.uniform(-0.08, 0.2)  # the bar stands apart or crosses
    bar = np.array([[neck[0] + gap, neck[1] + rng.normal(0, 0.05)], far])
    return [np.concatenate([[neck, waist, waist], belly]), bar]


def _write_6(rng: Rng) -> list[Stroke]:
    way = rng.integers(3)
    # Only a stem that swings out tells a 6 with a large bowl from a 0.
    radius = rng.uniform(0.24, 0.46 if way == 0 else 0.4)
    height = rng.uniform(0.2, 0.38 if way == 0 else 0.3)
    bowl = arc((0.5, 1 - height), (radius, height), 190, rng.uniform(-210, -140), 10)
    left = 0.5 - radius
    if way == 0:  # curly
        tip = [rng.uniform(0.75, 1.1), rng.uniform(0.02, 0.2)]
        top = [tip, [0.72, 0.0], [left + 0.22, 0.12], [left + 0.08, 0.5 - 0.5 * height]]
    elif way == 1:  # with a straight stem
        top = [[rng.uniform(0.4, 0.75), 0.0], [0.3, 0.35]]
    else:  # like a b
        top = [[left, 0.0], [left, 0.4]]
    return [np.concatenate([top, bowl])]


def _write_7(rng: Rng) -> list[Stroke]:
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


def _write_8(rng: Rng) -> list[Stroke]:
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


def _write_9(rng: Rng) -> list[Stroke]:
    radius, height = rng.uniform(0.24, 0.4), rng.uniform(0.2, 0.3)
    start = rng.uniform(-50, 10)
    bowl = arc((0.45, height), (radius, height), start, start - 330 - rng.uniform(0, 40), 11)
    edge = 0.45 + radius
    down = [edge + rng.normal(0, 0.03), rng.uniform(0.45, 0.65)]
    way = rng.integers(4)
    if way == 0:  # a straight tail
        tail = [[edge, height * 0.6], [edge + rng.normal(0, 0.05), 1.0]]
    elif way == 1:  # a tail that hooks to the left
        tail = [down, [edge - 0.08, 0.92], [0.4, 1.0], [rng.uniform(0.0, 0.25), 0.85]]
    elif way == 2:  # a slanting tail
        tail = [down, [rng.uniform(0.25, 0.6), 1.0]]
    else:  # a hook with a corner
        turn = [edge - 0.05, 0.97]
        tail = [down, turn, turn, [rng.uniform(0.0, 0.3), rng.uniform(0.88, 1.02)]]
    return [np.concatenate([bowl, tail])]


TEMPLATES: tuple[Callable[[Rng], list[Stroke]], ...] = (
    _write_0,
    _write_1,
    _write_2,
    _write_3,
    _write_4,
    _write_5,
    _write_6,
    _write_7,
    _write_8,
    _write_9,
)
