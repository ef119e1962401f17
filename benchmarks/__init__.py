"""Benchmarks: the figures of the documentation, each measured by `python -m benchmarks.NAME`.

`app`, `browser`, `pen_paths`, `picture_ink`, `picture_paper`, `picture_screen`, `report`,
`simulation` and `training_measurements` are used by the others and cannot be run.
"""
