"""The Inside page."""

from ui.layout import show_heading

show_heading("Inside", "This page is being built.")
