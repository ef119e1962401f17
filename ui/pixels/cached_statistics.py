"""What the images of each digit have in common, computed once a process."""

import numpy as np
import streamlit as st

from mnist_core.datasets.statistics import ClassMeans, compute_class_means, distance_to_mean
from ui.resources import get_data


@st.cache_resource(show_spinner="Averaging the images of each digit…")
def get_class_means() -> ClassMeans:
    """Return the means of the training images."""
    return compute_class_means(get_data().train)


@st.cache_resource(show_spinner="Looking for odd images…")
def get_oddness(split: str) -> np.ndarray:
    """Return how far each image is from the training mean of its digit, (n,) float32.

    Args:
        split: "train" or "test".
    """
    data = get_data()
    images = data.train if split == "train" else data.test
    return distance_to_mean(images, get_class_means().means)
