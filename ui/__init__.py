"""The parts of the pages: views, widgets and resources, built on Streamlit and mnist_core."""
