"""The worksheet for a class."""

import re

from mnist_core.course.example import COLUMN, ROW
from mnist_core.datasets.mnist import Mnist
from ui.learn.contents import CHAPTERS
from ui.learn.worksheet import EXCERPT, make_worksheet


def test_the_worksheet_asks_and_the_other_answers(data: Mnist) -> None:
    """One question per chapter; answers are on the second only, and both need no other file."""
    asked = make_worksheet(CHAPTERS, data, solved=False)
    solved = make_worksheet(CHAPTERS, data, solved=True)
    assert asked.count("<section>") == solved.count("<section>") == len(CHAPTERS)
    assert "20,000" in solved and "20,000" not in asked
    assert "☒" in solved and "☒" not in asked
    assert not re.search(r'(src|href)="(?!data:)', asked)


def test_the_pixel_in_question_is_printed() -> None:
    """Its row and column are in the excerpt."""
    rows, columns = EXCERPT
    assert rows.start <= ROW < rows.stop
    assert columns.start <= COLUMN < columns.stop
