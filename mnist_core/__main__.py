"""The command line: python -m mnist_core train | evaluate | predict | cross-validate | download.

It exits with 0 when all went well, 1 when something failed, 2 when an option or its value is none
that there is, and 130 when it was interrupted. What was wrong stands in one line on stderr.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import NoReturn

from rich import progress
from rich.console import Console
from rich.table import Table

from mnist_core.config import MAX_EPOCHS, Augmentation, ConfigError, TrainingConfig
from mnist_core.datasets.download import Piece, download, save_arrays
from mnist_core.datasets.mnist import load_mnist
from mnist_core.errors import MnistError, describe_fault
from mnist_core.evaluation.evaluation import Evaluation, evaluate
from mnist_core.evaluation.label_issues import find_label_errors
from mnist_core.files import write_atomically
from mnist_core.inference.classifier import DEFAULT_MODEL, Classifier
from mnist_core.inference.ood import OOD_MESSAGES, OodDetector
from mnist_core.jobs.cross_validation import CrossValidation
from mnist_core.jobs.train_run import execute, record_failure
from mnist_core.preprocessing.image_file import read_image
from mnist_core.preprocessing.photo import NO_DIGIT, prepare_image
from mnist_core.runs.model_registry import SHIPPED, get_model
from mnist_core.runs.run import Run, open_store
from mnist_core.training.architectures import NETWORKS, UnknownNetworkError, get_network

CHANGES = [field.name for field in fields(Augmentation)]
SETTINGS = [field.name for field in fields(TrainingConfig)]
FAILED, MISUSED, INTERRUPTED = 1, 2, 130
COLUMNS = (
    progress.TextColumn("{task.description}"),
    progress.BarColumn(),
    progress.TaskProgressColumn(),
    progress.TimeRemainingColumn(),
)

console = Console(markup=False, highlight=False)


class StartError(MnistError):
    """TensorFlow, without which nothing is trained, cannot be loaded."""


class _Parser(argparse.ArgumentParser):
    """A parser whose complaint is one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(MISUSED, f"{self.prog}: {message}; see {self.prog} --help\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command and return the exit status.

    Raises:
        SystemExit: The arguments cannot be parsed, or ask for help.
    """
    options = _make_parser().parse_args(arguments)
    command: Callable[[argparse.Namespace], int | None] = options.command
    try:
        return command(options) or 0
    except (ConfigError, UnknownNetworkError) as error:
        _complain(str(error))
        return MISUSED
    except MnistError as error:
        _complain(str(error))
    except OSError as error:
        _complain(f"{error.filename or 'A file'} cannot be used: {error.strerror or error}.")
    except KeyboardInterrupt:
        _complain("Interrupted.")
        return INTERRUPTED
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        _complain(
            f"The program met a fault of its own ({type(error).__name__}: {error}). Run it with "
            "“python -X dev -m mnist_core” to see where."
        )
    return FAILED


def run_train(options: argparse.Namespace) -> int:
    """Train a network as a run that the app shows too, and tell how well it reads."""
    output: Path | None = options.output
    if output and (output.suffix != ".onnx" or not output.parent.is_dir()):
        raise ConfigError(
            f"The model cannot be written to {output}; expected a name that ends with .onnx, in a "
            "folder that exists."
        )
    # The run is this process's own from the start, never one that waits for the app's workers.
    if options.resume:
        refused = ("name", "augment", *SETTINGS)
        if given := [name for name in refused if getattr(options, name, None) is not None]:
            options_given = ", ".join(f"--{name.replace('_', '-')}" for name in given)
            raise ConfigError(
                f"A resumed run keeps its name and its settings; leave out {options_given}."
            )
        run = open_store().get(options.resume)
        data = load_mnist()
        run.resume_in_process()
    else:
        config = _make_config(options)
        data = load_mnist()
        run = open_store().create(config, name=options.name, status="running")
        run.claim()
    console.print(f"Training run {run.id}")
    try:
        with record_failure(run), console.status("Starting TensorFlow…"):
            _import_tensorflow_quietly()
        with _follow(run):
            execute(run, data)
    except KeyboardInterrupt:
        _complain(f"Interrupted. To go on: python -m mnist_core train --resume {run.id}")
        return INTERRUPTED
    finally:
        run.lock.release()
    _print_epochs(run)
    if run.results is not None:
        console.print(
            f"Test accuracy {_percent(run.results.test_accuracy)}, "
            f"test loss {run.results.test_loss:.4f}"
        )
    console.print(f"The model lies at {run.model_path}")
    if output:
        with write_atomically(output) as temporary:
            shutil.copyfile(run.model_path, temporary)
        console.print(f"and a copy at {output}")
    return 0


def run_evaluate(options: argparse.Namespace) -> None:
    """Tell how well a model reads a split: accuracy, loss and the confusion matrix."""
    classifier = _load_classifier(options.model)
    data = load_mnist()
    split = data.test if options.split == "test" else data.train
    with console.status(f"Reading {len(split.labels):,} images…"):
        evaluation = evaluate(classifier, split)
    console.print(
        f"{classifier.path.name} on the {len(split.labels):,} images of the {options.split} split\n"
        f"accuracy {_percent(evaluation.accuracy)}, loss {evaluation.loss:.4f}, "
        f"{len(evaluation.mistakes):,} mistakes"
    )
    console.print(_tabulate_confusion(evaluation))


def run_predict(options: argparse.Namespace) -> int:
    """Tell which digit each picture shows; pictures that cannot be read cost a line each."""
    classifier, detector = _load_classifier(options.model), OodDetector.load()
    headings = ("Picture", "Digit", "Probability", "Next best", "Doubt")
    table = Table(*headings, box=None, pad_edge=False)
    status = 0
    for path in options.images:
        try:
            image = prepare_image(read_image(path.read_bytes()))
            if image is None:
                raise MnistError(NO_DIGIT)
        except (MnistError, OSError) as error:
            _complain(f"{path}: {getattr(error, 'strerror', None) or error}")
            status = FAILED
            continue
        probabilities = classifier.probabilities(image[None])[0]
        first, second = probabilities.argsort()[::-1][:2]
        table.add_row(
            str(path),
            str(first),
            _percent(probabilities[first]),
            f"{second} ({_percent(probabilities[second])})",
            OOD_MESSAGES[detector.classify(image)],
        )
    if table.row_count:
        console.print(table)
    return status


def run_cross_validate(options: argparse.Namespace) -> None:
    """Let networks judge the training images that they have not learnt from, fold by fold."""
    data = load_mnist()
    validation = CrossValidation(open_store(), data)
    validation.request()
    if validation.is_waiting:
        with console.status("Starting TensorFlow…"):
            _import_tensorflow_quietly()
        with progress.Progress(*COLUMNS, console=console) as bars:
            task = bars.add_task("Cross-validation", total=1)
            bars.update(task, completed=validation.progress)
            while validation.advance(lambda share: bars.update(task, completed=share)):
                pass
            bars.update(task, completed=validation.progress)
    probabilities = validation.probabilities
    if probabilities is None:
        console.print("Another process is at the rest; ask again when it is done.")
        return
    evaluation = Evaluation(data.train.labels, probabilities)
    doubts = find_label_errors(probabilities, data.train.labels)
    console.print(
        f"{len(probabilities):,} training images, each read by a network that did not learn from "
        f"it\naccuracy {_percent(evaluation.accuracy)}, loss {evaluation.loss:.4f}, "
        f"{len(evaluation.mistakes):,} mistakes, {len(doubts.indices):,} labels in doubt"
    )
    console.print(f"The answers lie in {validation.folder}", soft_wrap=True)


def run_download(options: argparse.Namespace) -> None:
    """Fetch MNIST's four files, verified, with a bar for each."""
    columns = (
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
    )
    with progress.Progress(*columns, console=console) as bars:
        tasks: dict[str, progress.TaskID] = {}

        def show(piece: Piece) -> None:
            if piece.file not in tasks:
                tasks[piece.file] = bars.add_task(piece.file)
            bars.update(tasks[piece.file], completed=piece.received, total=piece.total)

        download(options.folder, on_progress=show)
    if options.npy:
        save_arrays(options.folder)
    console.print(
        f"MNIST lies in {options.folder}, verified. To use it: "
        f"export MNIST_DATA_DIR={options.folder.resolve()}",
        soft_wrap=True,
    )


def _make_parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m mnist_core", description="Train and ask networks on MNIST.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    train = commands.add_parser("train", help="train a network", argument_default=argparse.SUPPRESS)
    train.set_defaults(command=run_train, resume=None, output=None, name=None)
    add = train.add_argument
    add("--model", help=f"{' or '.join(NETWORKS)} (default: compact)")
    add("--epochs", type=_number, help=f"1 to {MAX_EPOCHS} (default: the network's own)")
    add("--batch-size", type=_number, help="images per gradient step")
    add("--learning-rate", type=_number, help="the step size, or its peak")
    add("--optimizer", help="sgd, adam or adamw")
    add("--schedule", help="constant or one-cycle")
    add("--label-smoothing", type=_number, help="certainty spread over all digits, 0 to 0.5")
    add("--validation-fraction", type=_number, help="share of the images held out, 0 to 0.5")
    add("--seed", type=_number, help="seed of everything that is random")
    add("--augment", nargs="*", choices=CHANGES, help="changes made to the images, if any")
    add("--name", help="what the app calls the run")
    add("--resume", metavar="RUN", help="go on with an interrupted, stopped or failed run")
    add("--output", type=Path, metavar="FILE", help="also write the trained model to FILE.onnx")

    model_help = (
        f"{', '.join(SHIPPED)}, the id of a run, RUN@3 for its network after epoch 3, or an .onnx "
        f"file (default: {DEFAULT_MODEL.stem})"
    )
    evaluation = commands.add_parser("evaluate", help="tell how well a model reads")
    evaluation.set_defaults(command=run_evaluate)
    evaluation.add_argument("--model", help=model_help)
    evaluation.add_argument("--split", choices=["test", "train"], default="test")

    predict = commands.add_parser("predict", help="tell which digit a picture shows")
    predict.set_defaults(command=run_predict)
    predict.add_argument("images", type=Path, nargs="+", metavar="IMAGE")
    predict.add_argument("--model", help=model_help)

    cross = commands.add_parser("cross-validate", help="find training images with doubtful labels")
    cross.set_defaults(command=run_cross_validate)

    fetch = commands.add_parser("download", help="fetch MNIST's files, verified")
    fetch.set_defaults(command=run_download)
    fetch.add_argument("folder", type=Path, metavar="DIR")
    fetch.add_argument("--npy", action="store_true", help="save NumPy arrays besides")
    return parser


def _number(text: str) -> int | float | str:
    """Return a number as such, and anything else as it is, for `TrainingConfig` to judge."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _make_config(options: argparse.Namespace) -> TrainingConfig:
    given = {name: value for name, value in vars(options).items() if name in SETTINGS}
    if "augment" in options:
        given["augmentation"] = Augmentation(**dict.fromkeys(options.augment, True))
    return replace(get_network(given.get("model", "compact")).defaults, **given)


def _load_classifier(model: str | None) -> Classifier:
    if model is None or model.endswith(".onnx"):
        return Classifier.load(model)
    return get_model(open_store(), model).load()


def _import_tensorflow_quietly() -> None:
    """Import TensorFlow without what its libraries print as they load, whatever they are told."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    stderr = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nowhere:
            os.dup2(nowhere.fileno(), 2)
        import tensorflow  # noqa: F401
    except ImportError as error:
        raise StartError(
            f"TensorFlow cannot be loaded ({describe_fault(error)}). Install what requirements.txt "
            "names."
        ) from error
    finally:
        os.dup2(stderr, 2)
        os.close(stderr)


@contextmanager
def _follow(run: Run) -> Iterator[None]:
    """Show a bar that moves as the run's record grows."""
    ended = threading.Event()
    with progress.Progress(*COLUMNS, console=console) as bars:
        task = bars.add_task("Building the network", total=1)

        def follow() -> None:
            while not ended.wait(0.3):
                if batches := run.batches:
                    last = batches[-1]
                    bars.update(
                        task,
                        completed=last.fraction,
                        description=f"Epoch {last.epoch} of {last.epochs}, loss {last.loss:.3f}, "
                        f"accuracy {_percent(last.accuracy)}",
                    )

        follower = threading.Thread(target=follow)
        follower.start()
        try:
            yield
            bars.update(task, completed=1)
        finally:
            ended.set()
            follower.join()


def _print_epochs(run: Run) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("Epoch", "Loss", "Accuracy", "Validation loss", "Validation accuracy", "Time"):
        table.add_column(heading, justify="right")
    for result in run.epochs:
        table.add_row(
            str(result.epoch),
            f"{result.loss:.4f}",
            _percent(result.accuracy),
            "–" if result.validation_loss is None else f"{result.validation_loss:.4f}",
            "–" if result.validation_accuracy is None else _percent(result.validation_accuracy),
            f"{result.seconds:.1f} s",
        )
    console.print(table)


def _tabulate_confusion(evaluation: Evaluation) -> Table:
    table = Table(title="Label (rows) and answer (columns)", box=None, title_justify="left")
    for heading in ("", *map(str, range(10))):
        table.add_column(heading, justify="right")
    for digit, row in enumerate(evaluation.confusion):
        table.add_row(str(digit), *(f"{count:,}" if count else "·" for count in row))
    return table


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def _complain(message: str) -> None:
    print(" ".join(message.split()), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
