"""Every key of the session state, spelled once.

Values under these keys live as long as the browser tab; they survive a change of page, which the
values of widgets do not. Widgets of a page have keys of their own that begin with its name.
"""

MODEL_ID = "model_id"
"""str: the id of the model that answers on every page."""

DRAWING_PIXELS = "drawing_pixels"
"""(h, w, 4) uint8 or None: what the canvas showed last."""

DRAWING_OBJECTS = "drawing_objects"
"""dict or None: the same drawing as the canvas's own JSON, to draw it again."""

RUN_ID = "run_id"
"""str or None: the training run that the Train page shows."""
