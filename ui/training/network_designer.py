"""The designer of networks: a card per layer, and the fields of the chosen one."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from mnist_core.inference.layer_kinds import format_shape
from mnist_core.inference.network_plan import NetworkPlan, PlannedLayer, plan_network
from mnist_core.layer_designs import LAYER_TYPES
from mnist_core.network_design import MAX_DESIGN_LAYERS, NetworkDesign
from mnist_core.training.architectures import NETWORKS
from ui.components.html_choices import show_choices
from ui.components.layer_cards import card_html, cards_html, fixed_card_html, shape_html
from ui.components.widget_value import with_value
from ui.formatting import escape_markdown, format_duration, format_parameters
from ui.language import _, localize
from ui.layout import show_error
from ui.training.design_draft import Draft, DraftLayer
from ui.training.design_sharing import show_sharing
from ui.training.layer_fields import show_fields
from ui.training.setting_labels import name_network

NOTHING = "nothing"


def plan_draft(draft: Draft) -> NetworkPlan:
    """Return what follows from a draft: shapes, counts and problems."""
    return plan_network([layer.build() for layer in draft.layers])


def show_designer(draft: Draft, plan: NetworkPlan, epoch_seconds: float | None) -> None:
    """Show a draft, layer by layer, and let the person change it.

    Args:
        draft: The network.
        plan: From `plan_draft`.
        epoch_seconds: The estimated duration of an epoch; None if it is unknown.
    """
    with st.container(border=True, key="train_designer"):
        _show_actions(draft)
        _show_cards(draft, plan)
        _show_problems(draft, plan)
        if draft.position is not None:
            _show_chosen(draft, draft.layers[draft.position])
        if not plan.problems:
            _show_totals(plan, epoch_seconds)


def _show_actions(draft: Draft) -> None:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        _pick_action(
            "start",
            _("Start from"),
            [*NETWORKS, NOTHING],
            lambda name: draft.start_from(
                NetworkDesign(()) if name == NOTHING else NETWORKS[name].design
            ),
            {**{name: name_network(name) for name in NETWORKS}, NOTHING: _("Nothing")},
            _("Replaces all layers. Undo brings them back."),
        )
        _pick_action(
            "add",
            _("Add a layer"),
            list(LAYER_TYPES),
            draft.add,
            {name: name for name in LAYER_TYPES},
            _("Adds it after the chosen layer. The ten logits and the softmax are always there."),
            disabled=draft.is_full,
        )
        st.button(
            _("Undo"),
            icon=":material/undo:",
            disabled=not draft.history,
            on_click=draft.undo,
            key="design_undo",
        )
        show_sharing(draft)
    if draft.is_full:
        st.caption(
            _(
                "A network has at most {count} layers; remove one to add another.",
                count=MAX_DESIGN_LAYERS,
            )
        )


def _pick_action(
    name: str,
    label: str,
    options: list[str],
    act: Callable[[str], None],
    labels: Mapping[str, str],
    explanation: str,
    disabled: bool = False,
) -> None:
    """Show a list that does something with what is picked, and shows no pick afterwards."""
    key = f"design_{name}"

    def report(picked: str) -> None:
        st.session_state[key] = None
        act(picked)

    st.selectbox(
        label,
        options,
        index=None,
        format_func=labels.__getitem__,
        placeholder=_("Choose"),
        help=explanation,
        on_change=with_value(key, report, options),
        disabled=disabled,
        width=220,
        key=key,
    )


def _show_cards(draft: Draft, plan: NetworkPlan) -> None:
    cards = [fixed_card_html(_("Image"), ["28 × 28 × 1"], shape_html((28, 28, 1)))]
    for layer, planned in zip(draft.layers, plan.planned, strict=True):
        cards.append(_card(layer, planned, layer.id == draft.chosen))
    cards.append(_end_card(plan.end))

    def choose(layer_id: str) -> None:
        draft.chosen = int(layer_id)

    show_choices(
        cards_html(cards), _("The layers, in order"), choose, "design_cards", name="overview"
    )


def _card(layer: DraftLayer, planned: PlannedLayer, chosen: bool) -> str:
    kind = "impossible" if planned.problem else ""
    return card_html(
        str(layer.id),
        layer.type,
        _describe(planned),
        shape_html(planned.output_shape),
        chosen,
        kind,
    )


def _end_card(planned: PlannedLayer) -> str:
    return fixed_card_html(
        _("Logits, softmax"), _describe(planned), shape_html(planned.output_shape)
    )


def _describe(planned: PlannedLayer) -> list[str]:
    if planned.problem:
        return [_("Not possible: see below")]
    if planned.output_shape is None:
        return [_("Unknown for now")]
    lines = [
        ", ".join(layer.name for layer in planned.layers),
        format_shape(planned.output_shape),
        format_parameters(planned.parameters),
    ]
    if planned.multiply_adds:
        lines.append(_("{count:,} MACs", count=planned.multiply_adds))
    return lines


def _show_problems(draft: Draft, plan: NetworkPlan) -> None:
    for position, (layer, planned) in enumerate(zip(draft.layers, plan.planned, strict=True)):
        if planned.problem:
            show_error(
                _(
                    "Layer {position}, {type}: {problem}",
                    position=position,
                    type=layer.type,
                    problem=localize(planned.problem),
                )
            )
    for problem in (plan.end.problem, plan.limit):
        if problem:
            show_error(problem)


def _show_chosen(draft: Draft, layer: DraftLayer) -> None:
    position = draft.position
    with st.container(horizontal=True, vertical_alignment="center"):
        title = _("Layer {position}: {type}", position=position, type=escape_markdown(layer.type))
        st.markdown(f"**{title}**", width="stretch")
        st.button(
            _("Earlier"),
            icon=":material/arrow_back:",
            disabled=position == 0,
            on_click=draft.move,
            args=(-1,),
            key="design_earlier",
        )
        st.button(
            _("Later"),
            icon=":material/arrow_forward:",
            disabled=position == len(draft.layers) - 1,
            on_click=draft.move,
            args=(1,),
            key="design_later",
        )
        st.button(
            _("Duplicate"),
            icon=":material/content_copy:",
            disabled=draft.is_full,
            on_click=draft.duplicate,
            key="design_duplicate",
        )
        st.button(_("Remove"), icon=":material/delete:", on_click=draft.remove, key="design_remove")
    show_fields(draft, layer)


def _show_totals(plan: NetworkPlan, epoch_seconds: float | None) -> None:
    parameters, operations = f"{plan.parameters:,}", f"{plan.multiply_adds:,}"
    if epoch_seconds is None:
        st.caption(
            _(
                "In all {parameters} parameters and {operations} multiply-adds (MACs) per image.",
                parameters=parameters,
                operations=operations,
            )
        )
        return
    duration = format_duration(max(1, epoch_seconds))
    st.caption(
        _(
            "In all {parameters} parameters and {operations} multiply-adds (MACs) per image; an "
            "epoch takes about {duration} on this machine.",
            parameters=parameters,
            operations=operations,
            duration=duration,
        )
    )
