"""Messages of a component in the browser, which a visitor can forge."""

import json
from typing import Any

from streamlit.components.v2.bidi_component.main import _make_trigger_id
from streamlit.testing.v1 import AppTest


def find_component(app: AppTest, key: str) -> Any:
    """Return the component on the page that has a key."""
    (found,) = (each for each in app.get("bidi_component") if each.proto.id.endswith(f"-{key}"))
    return found


def send_event(app: AppTest, key: str, event: str, value: Any) -> None:
    """Send an event of a component, as a click does, and run the app."""
    name = _make_trigger_id(find_component(app, key).proto.id, "events")
    states = app._tree.get_widget_states()
    message = json.dumps([{"event": event, "value": value}])
    states.widgets.add(id=name, json_trigger_value=message)
    app._run(states)


def send_choice(app: AppTest, key: str, choice: Any) -> None:
    """Send a choice in HTML, as a click on it does, and run the app."""
    handled = json.loads(find_component(app, key).proto.json)["handled"]
    send_event(app, key, "choices", [[handled + 1, choice]])


def send_state(app: AppTest, key: str, value: Any) -> None:
    """Send the state of a component, as the canvas does after each stroke, and run the app."""
    states = app._tree.get_widget_states()
    states.widgets.add(id=find_component(app, key).proto.id, json_value=json.dumps(value))
    app._run(states)
