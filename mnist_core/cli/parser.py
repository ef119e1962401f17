"""The commands and their options."""

from __future__ import annotations

import argparse
from dataclasses import fields
from pathlib import Path
from typing import NoReturn, get_args

from mnist_core.cli.app import run_app
from mnist_core.cli.console import MISUSED, find_program_name
from mnist_core.cli.cross_validate import run_cross_validate
from mnist_core.cli.download import run_download
from mnist_core.cli.evaluate import run_evaluate
from mnist_core.cli.language import _, localize
from mnist_core.cli.predict import run_predict
from mnist_core.cli.teach import run_teach
from mnist_core.cli.train import run_train
from mnist_core.config import MAX_EPOCHS, Augmentation
from mnist_core.inference.classifier import DEFAULT_MODEL
from mnist_core.messages import message
from mnist_core.runs.model_registry import SHIPPED
from mnist_core.teaching.teach import Method
from mnist_core.training.architectures import NETWORKS

AUGMENTATIONS = [field.name for field in fields(Augmentation)]
MODEL_HELP = message(
    "{names}, the id of a run, RUN@3 for the run's model after epoch 3, or an .onnx, .keras or "
    ".h5 file (default: {stem})",
    names=", ".join(SHIPPED),
    stem=DEFAULT_MODEL.stem,
)
MODEL_IDS = message(
    "{names}, the id of a run, or RUN@3 for the run's model after epoch 3 (default: {stem})",
    names=", ".join(SHIPPED),
    stem=DEFAULT_MODEL.stem,
)


class _Parser(argparse.ArgumentParser):
    """A parser that prints an error as one line."""

    def error(self, message: str) -> NoReturn:
        self.exit(
            MISUSED,
            _("{program}: {problem}; see {program} --help", program=self.prog, problem=message)
            + "\n",
        )


def make_parser() -> argparse.ArgumentParser:
    """Return the parser of the command line. `options.command` is the function to call.

    Examples:
        >>> make_parser().parse_args(["train", "--epochs", "2"]).epochs
        2
    """
    parser = _Parser(
        prog=find_program_name(),
        description=_(
            "Draw digits, and train and use networks that classify them. Without a command, the "
            "app opens in the browser."
        ),
    )
    parser.set_defaults(command=run_app, on_network=False, no_browser=False, port=None)
    commands = parser.add_subparsers(metavar="COMMAND")

    def add_command(name: str, purpose: str) -> argparse.ArgumentParser:
        return commands.add_parser(name, help=purpose, description=purpose[0].upper() + purpose[1:])

    app = add_command("app", _("open the app in the browser, for this machine only"))
    app.set_defaults(command=run_app, on_network=False)
    app.add_argument("--no-browser", action="store_true", help=_("do not open a browser"))
    app.add_argument("--port", type=_port, help=_("the port to listen on (default: 8501)"))

    serve = add_command("serve", _("serve the app to the network"))
    serve.set_defaults(command=run_app, on_network=True)
    serve.add_argument("--port", type=_port, help=_("the port to listen on (default: 8501)"))

    _add_train(add_command("train", _("train a network")))

    evaluate = add_command("evaluate", _("measure the accuracy of a model"))
    evaluate.set_defaults(command=run_evaluate)
    evaluate.add_argument("given", nargs="?", metavar="MODEL", help=localize(MODEL_HELP))
    evaluate.add_argument("--model", help=_("the same, as an option"))
    evaluate.add_argument("--split", choices=["test", "train"], default="test")

    predict = add_command("predict", _("read the digits in pictures"))
    predict.set_defaults(command=run_predict)
    predict.add_argument("images", type=Path, nargs="+", metavar="IMAGE")
    predict.add_argument("--model", help=localize(MODEL_HELP))

    teach = add_command("teach", _("teach a model your drawings"))
    teach.set_defaults(command=run_teach)
    teach.add_argument(
        "files",
        type=Path,
        nargs="+",
        metavar="FILE",
        help=_(
            "drawings with labels as My hand exports them: a zip of IDX files or of PNGs, a CSV, "
            "or strokes as JSON"
        ),
    )
    teach.add_argument(
        "--method",
        choices=get_args(Method),
        default="instant",
        help=_(
            "instant: the last layer; thorough: all layers, except any before the first pooling "
            "(default: instant)"
        ),
    )
    teach.add_argument("--base", metavar="MODEL", help=localize(MODEL_IDS))
    teach.add_argument("--name", default="", help=_("your name, for the model's title in the app"))
    teach.add_argument("--seed", type=_number, default=0, help=_("seed of all random numbers"))
    teach.add_argument(
        "--output", type=Path, metavar="FILE", help=_("also write the taught model to FILE.onnx")
    )

    cross = add_command("cross-validate", _("find training images with label errors"))
    cross.set_defaults(command=run_cross_validate)

    download = add_command("download", _("download MNIST and verify it"))
    download.set_defaults(command=run_download)
    download.add_argument("folder", type=Path, metavar="DIR")
    download.add_argument("--npy", action="store_true", help=_("also save NumPy arrays"))
    return parser


def _add_train(train: argparse.ArgumentParser) -> None:
    train.argument_default = argparse.SUPPRESS
    train.set_defaults(command=run_train, resume=None, output=None, name=None)
    add = train.add_argument
    add("--model", help=_("{names} (default: compact)", names=", ".join(NETWORKS)))
    add("--network", type=Path, metavar="FILE", help=_("JSON file with a network of your own"))
    add(
        "--epochs",
        type=_number,
        help=_("1 to {most} (default: the network's own)", most=MAX_EPOCHS),
    )
    add("--batch-size", type=_number, help=_("images per gradient step"))
    add("--learning-rate", type=_number, help=_("learning rate, or its peak with one-cycle"))
    add("--optimizer", help=_("sgd, adam or adamw"))
    add("--schedule", help=_("constant or one-cycle"))
    add("--label-smoothing", type=_number, help=_("probability spread over all digits, 0 to 0.5"))
    add("--validation-fraction", type=_number, help=_("fraction of the images held out, 0 to 0.5"))
    add("--patience", type=_number, help=_("epochs without a lower validation loss before the end"))
    add("--seed", type=_number, help=_("seed of all random numbers"))
    add("--augment", nargs="*", choices=AUGMENTATIONS, help=_("augmentations; without names, none"))
    add("--name", help=_("name of the run in the app"))
    add("--resume", metavar="RUN", help=_("resume an interrupted, stopped or failed run"))
    add("--output", type=Path, metavar="FILE", help=_("also write the trained model to FILE.onnx"))


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(
            _("a port is a whole number from 1 to 65535, not {text}", text=text)
        )
    return int(text)


def _number(text: str) -> int | float | str:
    """Return a number, or the text itself, which `TrainingConfig` then rejects."""
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
