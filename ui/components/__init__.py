"""Widgets that several pages use. They know nothing of models and runs."""
