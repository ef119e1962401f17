"""Tests of the charts of a run's curves."""

from unittest.mock import Mock

import pytest
from streamlit.testing.v1 import AppTest

from mnist_core.training.epochs import EpochResult, Progress
from tests.waiting import LONGEST_WAIT
from ui.training import charts


def show(script_epochs: int, script_batches: int) -> None:
    """Show the curves of a run with so many epochs and reports; the script of a page."""
    from mnist_core.training.epochs import EpochResult, Progress
    from ui.training.charts import show_curves

    epochs = [EpochResult(n + 1, 10, 0.4, 0.9, 0.3, 0.92, 3.0) for n in range(script_epochs)]
    batches = [Progress(1, 2, n + 1, 10, 0.5, 0.9, 3.0) for n in range(script_batches)]
    show_curves(epochs, batches, 2, None)


def test_charts_are_drawn_again_only_after_a_change(monkeypatch: pytest.MonkeyPatch) -> None:
    """A refresh that finds nothing new shows the same charts."""
    make_chart = Mock(side_effect=charts.make_chart)
    monkeypatch.setattr(charts, "make_chart", make_chart)
    charts._draw_curves.clear()
    page = AppTest.from_function(show, args=(0, 2), default_timeout=LONGEST_WAIT)
    for _ in range(2):
        page.run()
        assert len(page.get("plotly_chart")) == 2
    assert [call.args[1] for call in make_chart.call_args_list] == ["loss", "accuracy"]
    AppTest.from_function(show, args=(0, 3), default_timeout=LONGEST_WAIT).run()
    AppTest.from_function(show, args=(1, 3), default_timeout=LONGEST_WAIT).run()
    assert make_chart.call_count == 6


def test_ticks_of_losses_that_are_close_together() -> None:
    """Ticks at 1, 2 and 5 only would leave such an axis without any."""
    wide = charts.make_curve("loss", [0.0, 1.0], [2.3, 0.1], "Loss")
    close = charts.make_curve("loss", [0.0, 1.0], [0.12, 0.11], "Loss")
    none = charts.make_curve("loss", [0.0], [float("nan")], "Loss")
    assert charts.scale_losses([wide, close])["dtick"] == "D2"
    assert charts.scale_losses([close])["dtick"] is None
    assert charts.scale_losses([none])["dtick"] == "D2"


def test_tags_in_the_name_of_a_run_are_shown_as_text() -> None:
    """Plotly would make a link of them."""
    curve = charts.make_curve("loss", [0.0], [1.0], "1. <a href='//a.b'>Compact</a> & \"b\"")
    assert curve["name"] == "1. &lt;a href='//a.b'&gt;Compact&lt;/a&gt; &amp; \"b\""


def test_a_run_that_was_stopped_within_an_epoch_ends_there() -> None:
    """Its last result stands where the training stopped."""
    epochs = [EpochResult(1, 5, 0.4, 0.9, None, None, 3.0)]
    assert charts.find_ends(epochs, [Progress(1, 2, 5, 10, 0.5, 0.9, 3.0)]) == [0.5]
