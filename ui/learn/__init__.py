"""The parts of the page Learn: its chapters, their questions, and the glossary."""
