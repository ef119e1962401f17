"""Train a run in this process, and write its model where a command's `--output` says."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich import progress

from mnist_core.cli.console import (
    COLUMNS,
    console,
    find_program_name,
    import_tensorflow_quietly,
    print_error,
)
from mnist_core.cli.language import _
from mnist_core.config import ConfigError
from mnist_core.datasets.mnist import Mnist
from mnist_core.files import write_atomically
from mnist_core.jobs.train_run import execute, record_failure
from mnist_core.messages import message
from mnist_core.percentages import format_percent
from mnist_core.runs.run import Run


def check_output(output: Path | None) -> None:
    """Check, before anything is trained, that a model can be written to a path.

    Raises:
        ConfigError: It is not a file's name that ends with .onnx, in a folder that exists.
        OSError: Nothing can be written to that folder.
    """
    if output is None:
        return
    if output.suffix != ".onnx" or output.is_dir() or not output.parent.is_dir():
        raise ConfigError(
            message(
                "The model cannot be written to {output}; expected a name that ends with .onnx, "
                "in a folder that exists.",
                output=output,
            )
        )
    tempfile.TemporaryFile(dir=output.parent).close()


def copy_model(model: Path, output: Path | None) -> None:
    """Copy a model's file to a path, if there is one."""
    if output is not None:
        with write_atomically(output) as temporary:
            shutil.copyfile(model, temporary)
        console.print(_("The model was copied to {output}", output=output), soft_wrap=True)


def train_here(run: Run, data: Mnist) -> bool:
    """Train a run that this process has claimed, show its progress, and release it.

    Returns:
        False if a person interrupted it; then how to resume it has been printed.
    """
    console.print(_("Training run {id}", id=run.id))
    try:
        with record_failure(run), console.status(_("Starting TensorFlow…")):
            import_tensorflow_quietly()
        with _show_progress(run):
            execute(run, data)
    except KeyboardInterrupt:
        print_error(
            _(
                "Interrupted. To resume: {program} train --resume {id}",
                program=find_program_name(),
                id=run.id,
            )
        )
        return False
    finally:
        run.lock.release()
    return True


@contextmanager
def _show_progress(run: Run) -> Iterator[None]:
    """Show a progress bar that follows the record of the run."""
    ended = threading.Event()
    with progress.Progress(*COLUMNS, console=console) as bars:
        task = bars.add_task(_("Building the network"), total=1)

        def follow() -> None:
            while not ended.wait(0.3):
                if batches := run.read_batches():
                    last = batches[-1]
                    accuracy = format_percent(last.accuracy)
                    bars.update(
                        task,
                        completed=last.fraction,
                        description=_(
                            "Epoch {epoch} of {epochs}, loss {loss:.3f}, accuracy {accuracy}",
                            epoch=last.epoch,
                            epochs=last.epochs,
                            loss=last.loss,
                            accuracy=accuracy,
                        ),
                    )

        follower = threading.Thread(target=follow)
        follower.start()
        try:
            yield
            bars.update(task, completed=1)
        finally:
            ended.set()
            follower.join()
