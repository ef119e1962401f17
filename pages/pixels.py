"""The Pixels page."""

from ui.layout import show_heading

show_heading("Pixels", "This page is being built.")
