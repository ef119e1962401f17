"""The chapters of Learn, one module each, whose `show` shows it."""
