"""The parts of the Draw page: canvas, image input, prediction and number overlay."""
