"""Statistics of the images of each digit, computed once per process."""

import numpy as np
import streamlit as st

from mnist_core.datasets.statistics import ClassMeans, compute_class_means, distance_to_mean
from mnist_core.messages import message
from ui.language import LaterText
from ui.resources import get_data


@st.cache_resource(show_spinner=LaterText(message("Computing the mean image of each digit…")))
def get_class_means() -> ClassMeans:
    """Return the mean images and pixel statistics of the training images."""
    return compute_class_means(get_data().train)


@st.cache_resource(show_spinner=LaterText(message("Computing distances to the mean images…")))
def get_distances(split: str) -> np.ndarray:
    """Return the distance of each image to the training mean of its digit, (n,) float32.

    Args:
        split: "train" or "test".
    """
    data = get_data()
    images = data.train if split == "train" else data.test
    return distance_to_mean(images, get_class_means().means)
