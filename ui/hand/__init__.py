"""The parts of the page My hand."""
