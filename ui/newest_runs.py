"""Of many runs, the pages list the newest."""

from collections.abc import Collection, Sequence

MOST_RUNS = 100  # in a menu, table or chart; 1,000 make some clicks take three times as long


def list_newest(ids: Sequence[str], chosen: Collection[str | None]) -> list[str]:
    """Return the newest `MOST_RUNS` ids, and of the older ones those that are chosen.

    Args:
        ids: Of runs, the newest first.
        chosen: Ids that are listed in any case, if there are such runs.

    Examples:
        >>> len(list_newest([str(number) for number in range(500)], {"300", "5"}))
        101
    """
    return [*ids[:MOST_RUNS], *(each for each in ids[MOST_RUNS:] if each in chosen)]
