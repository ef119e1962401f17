"""The parts of the Inside page, which shows the layers of a network for one image.

`network_overview` shows all stages, `layer_view` one layer, the other views one tab each.
"""
