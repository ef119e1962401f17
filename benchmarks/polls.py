"""The server's processor time for one refresh of the Train page while a network trains.

    python -m benchmarks.polls [--runs 0 1000] [--polls 100]

A client of Streamlit's protocol opens the page of a run in training and asks for its refresh again
and again, in turns with a new progress report before each and without one. Beside the run, the
folder has so many finished runs. Processor time does not depend on what else the machine does as
much as elapsed time. Linux only.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

import numpy as np
import websockets
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets import Subprotocol

from benchmarks.app import RunningApp, read_processor_seconds, start_app
from benchmarks.recorded_runs import append_progress, make_finished_runs, make_training_run
from benchmarks.report import describe_machine, print_table
from mnist_core.runs.run import Run

WARM_UP = 10


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, nargs="+", default=[0, 1000], help="finished runs")
    parser.add_argument("--polls", type=int, default=100, help="refreshes of each kind")
    options = parser.parse_args()
    rows = []
    for count in options.runs:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make_finished_runs(folder, count)
            run = make_training_run(folder)
            with start_app(folder) as app:
                quiet, changed = asyncio.run(_measure(app, run, options.polls))
            run.lock.release()
        rows.append([f"{count:,}", *(f"{1000 * np.median(each):.1f}" for each in (quiet, changed))])
    print(f"{describe_machine()}; medians; refreshes of each kind: {options.polls}\n")
    print_table(["finished runs", "nothing new, ms", "new progress, ms"], rows)


async def _measure(app: RunningApp, run: Run, polls: int) -> tuple[list[float], list[float]]:
    """Return the processor seconds of each refresh, without and with a new report."""
    address = f"{app.url.replace('http', 'ws')}/_stcore/stream"
    async with websockets.connect(
        address, subprotocols=[Subprotocol("streamlit")], max_size=None, ping_interval=None
    ) as socket:
        await socket.send(_rerun())
        await _find_refreshed(socket)  # the page that opens first, which starts the worker
        await socket.send(_rerun(page="train"))
        fragment = await _find_refreshed(socket)
        await asyncio.sleep(3)
        quiet: list[float] = []
        changed: list[float] = []
        for number in range(WARM_UP + polls):
            for is_new, times in ((False, quiet), (True, changed)):
                if is_new:
                    append_progress(run, 150 + number)
                started = read_processor_seconds(app.process.pid)
                await socket.send(_rerun(fragment=fragment, page="train"))
                await _find_refreshed(socket)
                times.append(read_processor_seconds(app.process.pid) - started)
    return quiet[WARM_UP:], changed[WARM_UP:]


async def _find_refreshed(socket: websockets.ClientConnection) -> str:
    """Read messages until the script has run; return the fragment that is refreshed most often."""
    fragments: dict[str, float] = {}
    async for content in socket:
        message = ForwardMsg()
        message.ParseFromString(content)
        kind = message.WhichOneof("type")
        if kind == "auto_rerun":
            fragments[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        if kind == "script_finished":
            break
        if kind == "delta" and message.delta.new_element.WhichOneof("type") == "exception":
            raise SystemExit(message.delta.new_element.exception.message)
    return min(fragments, key=fragments.__getitem__, default="")


def _rerun(fragment: str = "", page: str = "") -> bytes:
    message = BackMsg()
    message.rerun_script.query_string = ""
    message.rerun_script.page_name = page
    message.rerun_script.fragment_id = fragment
    return message.SerializeToString()


if __name__ == "__main__":
    main()
