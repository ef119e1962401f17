"""The mean image of each digit, the distance of an image to each, and the class balance."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from mnist_core.datasets.mnist import Mnist
from ui.components.chart import show_chart
from ui.components.facts_table import facts_table_html
from ui.formatting import format_percent, get_percent_unit
from ui.images import color_signed, digit_html, picture_html
from ui.language import _
from ui.pixels.cached_statistics import get_class_means, get_distances

SIZE = "10rem"


def show_class_means(image: np.ndarray, label: int | None, data: Mnist) -> None:
    """Show the ten mean images with the image's distance to each, and one difference in detail.

    Args:
        image: (28, 28) float32 in 0..1.
        label: The image's label; an image without one is compared with the nearest mean.
        data: The data set.
    """
    means = get_class_means()
    distances = means.distances(image)
    digit = int(distances.argmin()) if label is None else label
    cards = "".join(
        f'<figure class="{"chosen" if each == digit else ""}">'
        f"{digit_html(means.means[each], _('Mean of all images of {digit}', digit=each))}"
        f"<figcaption>{each}<small>{distances[each]:.2f}</small></figcaption></figure>"
        for each in range(10)
    )
    text = _(
        "The mean image of a digit is the average of all its training images, pixel by pixel. The "
        "number below each is the Euclidean distance of this image to it: the square root of the "
        "sum of all 784 squared differences."
    )
    st.html(f'<p class="aside">{text}</p><div class="means">{cards}</div>')
    difference = image - means.means[digit]
    pictures = (
        (digit_html(image, _("This image"), SIZE), _("This image")),
        (
            digit_html(means.means[digit], _("The mean of {digit}", digit=digit), SIZE),
            _("The mean of {digit}", digit=digit),
        ),
        (
            picture_html(color_signed(difference, 1.0), _("The difference"), SIZE),
            _(
                "The difference: white where the image has more ink than the mean, blue where it "
                "has less"
            ),
        ),
    )
    figures = "".join(
        f"<figure>{picture}<figcaption>{caption}</figcaption></figure>"
        for picture, caption in pictures
    )
    sentences = "".join(f"<p>{text}</p>" for text in _describe_distances(distances, label, data))
    st.html(f'<div class="difference">{figures}<div>{sentences}</div></div>')


def _describe_distances(distances: np.ndarray, label: int | None, data: Mnist) -> list[str]:
    nearest = int(distances.argmin())
    if label is None:
        return [
            _(
                "The nearest mean is that of {nearest}. Predicting the digit with the nearest "
                "mean is one of the simplest classifiers, the nearest-mean classifier.",
                nearest=nearest,
            )
        ]
    same = get_distances("train")[data.train.labels == label]
    own, median = f"{distances[label]:.2f}", f"{np.median(same):.2f}"
    percent = format_percent(float((same < distances[label]).mean()))
    rank = _(
        "Its distance to the mean of {label} is {own}. For half of the training images of {label} "
        "this distance is below {median}; {percent} of them are nearer than this image.",
        label=label,
        own=own,
        median=median,
        percent=percent,
    )
    if nearest == label:
        return [
            rank,
            _(
                "No other mean is nearer: a nearest-mean classifier would also predict {label}.",
                label=label,
            ),
        ]
    return [
        rank,
        _(
            "The mean of {nearest} is nearer: a nearest-mean classifier would predict {nearest}.",
            nearest=nearest,
        ),
    ]


def show_class_balance(data: Mnist) -> None:
    """Show the number of images per digit in both splits."""
    figure = go.Figure()
    digits = [str(digit) for digit in range(10)]
    counts = {}
    for name, split, color in (
        (_("Training"), data.train, "#4d6a8a"),
        (_("Test"), data.test, "#c2571a"),
    ):
        counts[name] = np.bincount(split.labels, minlength=10)
        figure.add_bar(
            x=digits,
            y=100 * counts[name] / counts[name].sum(),
            name=_("{split}: {count:,} images", split=name, count=int(counts[name].sum())),
            customdata=counts[name],
            marker={"color": color},
            hovertemplate=_(
                "{count} images, {percent} %", count="%{customdata:,}", percent="%{y:.1f}"
            )
            + "<extra></extra>",
        )
    figure.add_hline(y=10, line={"dash": "dot", "color": "#8a8478"})
    figure.update_layout(
        height=280,
        margin={"l": 50, "r": 8, "t": 8, "b": 40},
        legend={"orientation": "h", "y": 1.14, "x": 0},
        bargap=0.3,
    )
    figure.update_xaxes(type="category", title=_("Label"))
    figure.update_yaxes(ticksuffix=get_percent_unit(), title=_("Percentage of the split"))
    train = np.bincount(data.train.labels, minlength=10)
    most, least = int(train.argmax()), int(train.argmin())
    percent = format_percent(train[most] / train.sum())
    text = _(
        "If the classes were balanced, each digit would have a tenth of the images, the dotted "
        "line. Among the training images, {most} is the most frequent digit with {most_count:,} "
        "images, and {least} the rarest with {least_count:,}. Always predicting {most} would be "
        "correct for {percent} of them.",
        most=most,
        most_count=int(train[most]),
        least=least,
        least_count=int(train[least]),
        percent=percent,
    )
    st.html(f'<p class="aside">{text}</p>')
    show_chart(figure, "pixels_balance")
    rows = [[name, *(f"{count:,}" for count in numbers)] for name, numbers in counts.items()]
    st.html(facts_table_html(_("Images per digit"), [_("Split"), *map(str, digits)], rows))
