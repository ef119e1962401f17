"""The Draw page."""

from ui.layout import show_heading

show_heading("Draw", "This page is being built.")
