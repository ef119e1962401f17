"""Widgets that several pages use. They do not depend on models and runs."""
