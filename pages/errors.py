"""The Errors page."""

from ui.layout import show_heading

show_heading("Errors", "This page is being built.")
