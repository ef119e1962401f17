"""The parts of the Pixels page, which shows an image as numbers that can be changed.

`image_selection` and `image_navigation` choose the image, `pixel_editor` shows and changes it,
`edit_history` keeps the changes, and the other modules are one tab or button each.
"""
