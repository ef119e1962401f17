"""The record of a run as it was at one moment, from a single read of its files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import MAXYEAR, UTC, datetime
from typing import TYPE_CHECKING, Any, Literal, TypeVar, get_args

from mnist_core.config import OWN, ConfigError, TrainingConfig
from mnist_core.messages import message, read_message
from mnist_core.runs.checkpoint import read_checkpoint_results
from mnist_core.runs.json_file import read_json
from mnist_core.runs.jsonl import is_valid
from mnist_core.runs.locks import is_locked
from mnist_core.runs.names import MAX_NAME_LENGTH, clean_text, is_printable
from mnist_core.runs.run_error import RunError
from mnist_core.runs.teaching import Teaching, read_teaching
from mnist_core.training.early_stopping import find_best_epoch
from mnist_core.training.epochs import EpochResult
from mnist_core.training.fit_diagnosis import Results
from mnist_core.training.keras_evaluation import Performance

if TYPE_CHECKING:
    from mnist_core.runs.run import Run

Status = Literal[
    "queued", "running", "stopping", "finished", "stopped", "failed", "interrupted", "damaged"
]
STATUSES = frozenset(get_args(Status))
ACTIVE: frozenset[Status] = frozenset({"queued", "running", "stopping"})
RESUMABLE: frozenset[Status] = frozenset({"interrupted", "stopped", "failed"})
MAX_REASON_LENGTH = 500
Record = TypeVar("Record", Results, Performance)
UNKNOWN_TIME = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True)
class RunSnapshot:
    """The record of a run at one moment.

    Attributes:
        run: The run, for its paths, actions and line files.
        name: The name that a person gave, or else network, epochs and local time of creation.
        created: When the run was created, in UTC; 1970 if unknown.
        stored_config: The hyperparameters; None if they cannot be read.
        config_error: Why the hyperparameters cannot be read.
        status: "interrupted" if the training process is gone, "damaged" if the record cannot be
            read.
        reason: Why the run failed, as a sentence.
        untrained: Loss and accuracy before training; None if they were not recorded.
        uncalibrated: Loss and accuracy on the test images without the temperature; None if they
            were not recorded.
        results: Loss and accuracy of the trained model. None before the end, also for a resumed
            run, whose stored results are those of the previous training.
        stop_requested: Whether a person has requested the end.
        saved_epochs: The epochs whose models are saved, in order.
        last_epoch: The last recorded epoch, perhaps a part of one; 0 before the first.
        seconds: The time that the recorded epochs took.
        validation_accuracy: Of the weights that the run has now, in 0..1: those after the last
            epoch or, once a run with a patience has finished, after the epoch with the lowest
            validation loss. None without validation images.
        has_model: Whether there is a trained model.
        has_checkpoint: Whether there is a checkpoint to resume from.
        resumes_after: The number of epochs that a resumed run keeps; 0 if it starts again, or if
            the run is not one that can be resumed.
        teaching: What the run teaches; None for a run that trains a network from its beginning.
        state: Everything that the worker stored, such as "versions", "worker" and "data".
    """

    run: Run = field(repr=False)
    name: str
    created: datetime
    stored_config: TrainingConfig | None
    config_error: RunError | None
    status: Status
    reason: str | None
    untrained: Performance | None
    uncalibrated: Performance | None
    results: Results | None
    stop_requested: bool
    saved_epochs: tuple[int, ...]
    last_epoch: int
    seconds: float
    validation_accuracy: float | None
    has_model: bool
    has_checkpoint: bool
    resumes_after: int
    teaching: Teaching | None
    state: Mapping[str, Any] = field(repr=False)

    @property
    def id(self) -> str:
        """The id of the run."""
        return self.run.id

    @property
    def config(self) -> TrainingConfig:
        """The hyperparameters.

        Raises:
            RunError: They cannot be read.
        """
        if self.stored_config is None:
            raise self.config_error or RunError(
                message("The settings of the run {id} are missing.", id=self.id)
            )
        return self.stored_config

    @property
    def is_active(self) -> bool:
        """Whether the run is queued or being trained."""
        return self.status in ACTIVE

    @property
    def completed_epochs(self) -> int:
        """The number of complete epochs. A part of one more may precede a stop."""
        return max(self.saved_epochs, default=0)


def read_snapshot(run: Run) -> RunSnapshot:
    """Read the record of a run. Damaged files give the status "damaged", never an exception."""
    request = read_json(run.request_path)
    created = _parse_time(request.get("created"))
    config, config_error = _read_config(run.id, request)
    state = read_json(run.state_path)
    stop_requested = run.stop_path.exists()
    interrupted = False
    if config is not None and state.get("status") == "running" and not is_locked(run.lock_path):
        state = read_json(run.state_path)  # the run may have ended since the first read
        interrupted = state.get("status") == "running"
    reason = state.get("reason")
    status = _find_status(config, state.get("status"), interrupted, stop_requested)
    saved_epochs = tuple(run.list_saved_epochs())
    epochs = run.read_epochs()
    return RunSnapshot(
        run=run,
        name=_make_name(run.id, request.get("name"), config, created),
        created=created,
        stored_config=config,
        config_error=config_error,
        status=status,
        reason=None
        if reason is None
        else read_message(state.get("reason_message"), clean_text(str(reason)[:MAX_REASON_LENGTH])),
        untrained=_parse(Performance, state.get("untrained")),
        uncalibrated=_parse(Performance, state.get("uncalibrated")),
        results=_parse_results(state),
        stop_requested=stop_requested,
        saved_epochs=saved_epochs,
        last_epoch=max((result.epoch for result in epochs), default=0),
        seconds=sum(result.seconds for result in epochs),
        validation_accuracy=_find_validation_accuracy(config, status, epochs),
        has_model=run.model_path.exists(),
        has_checkpoint=run.checkpoint_path.exists(),
        resumes_after=_count_kept_epochs(run, saved_epochs) if status in RESUMABLE else 0,
        teaching=read_teaching(run),
        state=state,
    )


def _read_config(
    run_id: str, request: Mapping[str, Any]
) -> tuple[TrainingConfig | None, RunError | None]:
    """Return the hyperparameters, or the error that they cannot be read."""
    try:
        config = TrainingConfig.from_dict(request["config"])
        if not is_printable(config.model):
            raise ConfigError(message("the name of the network contains control characters"))
    except (KeyError, TypeError, ConfigError) as error:
        reason = clean_text(str(error)[:MAX_REASON_LENGTH])
        return None, RunError(
            message(
                "The settings of the run {run_id} cannot be read ({reason}); expected the "
                "run.json that the app wrote. Delete the run, or restore its folder.",
                run_id=run_id,
                reason=reason,
            )
        )
    return config, None


def _count_kept_epochs(run: Run, saved_epochs: tuple[int, ...]) -> int:
    results = read_checkpoint_results(run.checkpoint_path)
    if results is None:  # a checkpoint of an earlier version
        return max(saved_epochs, default=0)
    return max((result.epoch for result in results), default=0)


def _parse_time(value: object) -> datetime:
    try:
        time = datetime.fromisoformat(value).astimezone(UTC)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return UNKNOWN_TIME
    # The calendar's first and last days do not exist in every time zone.
    return time if UNKNOWN_TIME.year <= time.year < MAXYEAR else UNKNOWN_TIME


def _make_name(run_id: str, given: object, config: TrainingConfig | None, created: datetime) -> str:
    if given:
        return clean_text(str(given))[:MAX_NAME_LENGTH]
    if config is None:
        return run_id
    network = "Own network" if config.model == OWN else config.model.title()
    time = f"{created.astimezone():%d %b %H:%M:%S}"
    if config.epochs == 1:
        return f"{network}, 1 epoch, {time}"
    return f"{network}, {config.epochs} epochs, {time}"


def _find_status(
    config: TrainingConfig | None, stored: object, interrupted: bool, stop_requested: bool
) -> Status:
    if config is None or not isinstance(stored, str) or stored not in STATUSES:
        return "damaged"
    if interrupted:
        return "interrupted"
    if stored == "running" and stop_requested:
        return "stopping"
    status: Status = stored  # type: ignore[assignment]
    return status


def _find_validation_accuracy(
    config: TrainingConfig | None, status: Status, epochs: Sequence[EpochResult]
) -> float | None:
    validated = [each for each in epochs if each.validation_loss is not None]
    best = None
    if status == "finished" and config is not None and config.patience is not None:
        best = find_best_epoch(validated)  # its weights were restored
    chosen = [each for each in validated if best in (None, each.epoch)]
    return chosen[-1].validation_accuracy if chosen else None


def _parse_results(state: Mapping[str, Any]) -> Results | None:
    return (
        None
        if state.get("status") in ("queued", "running")
        else _parse(Results, state.get("results"))
    )


def _parse(record: type[Record], values: object) -> Record | None:
    """Return a record of losses and accuracies; None if a value is missing or impossible."""
    if not isinstance(values, dict) or set(values) != {f.name for f in fields(record)}:
        return None
    if not all(is_valid(name, value) for name, value in values.items()):
        return None
    return record(**values)
