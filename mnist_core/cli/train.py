"""The command `train`."""

from __future__ import annotations

import argparse
from dataclasses import fields, replace

from rich.table import Table

from mnist_core.cli.console import (
    INTERRUPTED,
    console,
)
from mnist_core.cli.language import _, localize
from mnist_core.cli.run_here import check_output, copy_model, train_here
from mnist_core.config import Augmentation, ConfigError, TrainingConfig
from mnist_core.datasets.mnist import Mnist, load_mnist
from mnist_core.files import read_regular_file
from mnist_core.inference.network_plan import check_design
from mnist_core.layer_designs import DesignError
from mnist_core.messages import message
from mnist_core.network_design import MAX_FILE_BYTES, NetworkDesign
from mnist_core.percentages import format_percent
from mnist_core.runs.run import Run
from mnist_core.runs.store import open_store
from mnist_core.training.architectures import configure_own, get_network

SETTINGS = [field.name for field in fields(TrainingConfig) if field.name != "design"]


def run_train(options: argparse.Namespace) -> int:
    """Train a network as a run that also appears in the app, and print its accuracy."""
    check_output(options.output)
    run, data = _create_run(options) if options.resume is None else _resume_run(options)
    if not train_here(run, data):
        return INTERRUPTED
    _print_results(run)
    copy_model(run.model_path, options.output)
    return 0


# In both, this process holds the run from the start; the workers of an app never get it.
def _resume_run(options: argparse.Namespace) -> tuple[Run, Mnist]:
    names = ("name", "augment", "network", *SETTINGS)
    if given := [name for name in names if getattr(options, name, None) is not None]:
        options_given = ", ".join(f"--{name.replace('_', '-')}" for name in given)
        raise ConfigError(
            message(
                "A resumed run keeps its name and its settings; leave out {options}.",
                options=options_given,
            )
        )
    run = open_store().get(options.resume)
    data = load_mnist()
    run.resume_in_process()
    return run, data


def _create_run(options: argparse.Namespace) -> tuple[Run, Mnist]:
    config = _make_config(options)
    data = load_mnist()
    run = open_store().create(config, name=options.name, status="running")
    run.claim()
    return run, data


def _make_config(options: argparse.Namespace) -> TrainingConfig:
    given = {name: value for name, value in vars(options).items() if name in SETTINGS}
    if "augment" in options:
        given["augmentation"] = Augmentation(**dict.fromkeys(options.augment, True))
    return replace(_find_defaults(options), **given)


def _find_defaults(options: argparse.Namespace) -> TrainingConfig:
    """Return the default settings of the network that `--model` or `--network` gives."""
    if "network" not in options:
        return get_network(getattr(options, "model", "compact")).defaults
    if "model" in options:
        raise ConfigError(message("Give either --model or --network, not both."))
    try:
        content = read_regular_file(options.network, MAX_FILE_BYTES)
    except OSError as error:
        raise DesignError(
            message(
                "The network {network} cannot be read ({reason}); expected a JSON file that the "
                "app saved.",
                network=options.network,
                reason=error.strerror or error,
            )
        ) from error
    design = NetworkDesign.from_json(content)
    check_design(design)
    return configure_own(design)


def _print_results(run: Run) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in (
        _("Epoch"),
        _("Loss"),
        _("Accuracy"),
        _("Validation loss"),
        _("Validation accuracy"),
        _("Time"),
    ):
        table.add_column(heading, justify="right")
    for epoch in run.read_epochs():
        validation_loss, validation_accuracy = epoch.validation_loss, epoch.validation_accuracy
        table.add_row(
            str(epoch.epoch),
            f"{epoch.loss:.4f}",
            localize(format_percent(epoch.accuracy)),
            "–" if validation_loss is None else f"{validation_loss:.4f}",
            "–" if validation_accuracy is None else localize(format_percent(validation_accuracy)),
            _("{seconds:.1f} s", seconds=epoch.seconds),
        )
    console.print(table)
    results = run.read().results
    if results is not None:
        accuracy = format_percent(results.test_accuracy)
        console.print(
            _(
                "Test accuracy {accuracy}, test loss {test_loss:.4f}",
                accuracy=accuracy,
                test_loss=results.test_loss,
            )
        )
    console.print(_("The model is at {path}", path=run.model_path), soft_wrap=True)
