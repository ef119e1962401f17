"""An error that nothing catches: what the page shows of it, and what the log has."""

import logging
import tomllib

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.util import patch_config_options

from tests import PROJECT
from tests.waiting import LONGEST_WAIT


def fail() -> None:
    """Raise an error; the script of a page."""
    raise RuntimeError("a secret of /srv")


def test_the_page_shows_no_traceback(
    caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """It names files of the server; the log has it."""
    client = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text())["client"]
    app = AppTest.from_function(fail, default_timeout=LONGEST_WAIT)
    details = {"client.showErrorDetails": client["showErrorDetails"]}
    with caplog.at_level(logging.ERROR), patch_config_options(details):
        app.run()
    (shown,) = app.exception
    assert "secret" not in shown.message and not shown.stack_trace
    assert "a secret of /srv" in capsys.readouterr().out + caplog.text
