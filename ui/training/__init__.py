"""The parts of the Train page: form, start, progress, results, comparison and menu of runs."""
