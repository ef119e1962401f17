"""The mean image of each digit, how an image differs from it, and how many there are of each."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from mnist_core.datasets.mnist import Mnist
from ui.formatting import format_percent
from ui.images import color_signed, digit_html, picture_html
from ui.pixels.cached_statistics import get_class_means, get_oddness

SIZE = "10rem"


def show_class_means(image: np.ndarray, label: int | None, data: Mnist) -> None:
    """Show the ten mean images with the image's distance to each, and one difference in detail.

    Args:
        image: (28, 28) float32 in 0..1.
        label: Its digit; None for one without, which is compared with the nearest mean.
        data: The images that the means are of.
    """
    means = get_class_means()
    distances = means.distances(image)
    nearest = int(distances.argmin())
    digit = nearest if label is None else label
    cards = "".join(
        f'<figure class="{"chosen" if each == digit else ""}">'
        f"{digit_html(means.means[each], f'Mean of all images of {each}')}"
        f"<figcaption>{each}<small>{distances[each]:.2f}</small></figcaption></figure>"
        for each in range(10)
    )
    st.html(
        '<p class="aside">Add up all training images of a digit, pixel by pixel, and divide by '
        "their number: that is its mean. Under each stands how far this image is from it, the "
        "square root of the sum of all 784 squared differences.</p>"
        f'<div class="means">{cards}</div>'
    )
    difference = image - means.means[digit]
    parts = (
        (digit_html(image, "This image", SIZE), "This image"),
        (digit_html(means.means[digit], f"The mean {digit}", SIZE), f"The mean {digit}"),
        (
            picture_html(color_signed(difference, 1.0), "The difference", SIZE),
            "The difference: white has more ink than the mean, blue has less",
        ),
    )
    figures = "".join(
        f"<figure>{picture}<figcaption>{caption}</figcaption></figure>"
        for picture, caption in parts
    )
    st.html(f'<div class="difference">{figures}<div>{_say(distances, label, data)}</div></div>')


def _say(distances: np.ndarray, label: int | None, data: Mnist) -> str:
    nearest = int(distances.argmin())
    if label is None:
        return (
            f"<p>The nearest mean is that of {nearest}. To answer with the nearest mean is one of "
            "the simplest ways to read digits.</p>"
        )
    same = get_oddness("train")[data.train.labels == label]
    share = format_percent(float((same < distances[label]).mean()))
    usual = float(np.median(same))
    rank = (
        f"<p>Its distance to the mean {label} is {distances[label]:.2f}. For half of the training "
        f"images of {label} it is below {usual:.2f}; {share} are nearer to it than this one.</p>"
    )
    if nearest == label:
        return f"{rank}<p>No other mean is nearer: its nearest mean, too, answers {label}.</p>"
    return f"{rank}<p>The mean {nearest} is nearer: its nearest mean answers {nearest}.</p>"


def show_class_balance(data: Mnist) -> None:
    """Show how many images of each digit both splits hold."""
    figure = go.Figure()
    digits = [str(digit) for digit in range(10)]
    counts = {}
    for name, split, color in (
        ("Training", data.train, "#4d6a8a"),
        ("Test", data.test, "#c2571a"),
    ):
        counts[name] = np.bincount(split.labels, minlength=10)
        figure.add_bar(
            x=digits,
            y=100 * counts[name] / counts[name].sum(),
            name=f"{name}: {counts[name].sum():,} images",
            customdata=counts[name],
            marker={"color": color},
            hovertemplate="%{customdata:,} images, %{y:.1f} %<extra></extra>",
        )
    figure.add_hline(y=10, line={"dash": "dot", "color": "#8a8478"})
    figure.update_layout(
        height=280,
        margin={"l": 50, "r": 8, "t": 8, "b": 40},
        legend={"orientation": "h", "y": 1.14, "x": 0},
        bargap=0.3,
    )
    figure.update_xaxes(type="category", title="Label")
    figure.update_yaxes(ticksuffix=" %", title="Share of the split")
    train = counts["Training"]
    most, least = int(train.argmax()), int(train.argmin())
    st.html(
        f'<p class="aside">Equal classes would have a tenth of the images each, the dotted line. '
        f"In the training images {most} is the most frequent, {train[most]:,} times, and {least} "
        f"the rarest, {train[least]:,} times. To answer {most} always would be right for "
        f"{format_percent(train[most] / train.sum())} of them.</p>"
    )
    st.plotly_chart(figure, key="pixels_balance", config={"displayModeBar": False})
    header = "".join(f"<th>{digit}</th>" for digit in digits)
    rows = "".join(
        f"<tr><td>{name}</td>{''.join(f'<td>{count:,}</td>' for count in numbers)}</tr>"
        for name, numbers in counts.items()
    )
    st.html(
        f'<div class="facts-frame"><table class="facts"><thead><tr><th></th>{header}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )
