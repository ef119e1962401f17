"""The Train page."""

from ui.layout import show_heading

show_heading("Train", "This page is being built.")
