"""Reading pictures from files, and finding the digit in them."""

import io
from collections.abc import Callable

import cv2
import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageDraw

from benchmarks.photographs import CONDITIONS, take_photograph
from benchmarks.simulation import STYLES, write
from mnist_core.classifier import Classifier
from mnist_core.dataset import Mnist
from mnist_core.drawing import prepare_drawing
from mnist_core.photograph import PhotographError, prepare_image, read_image
from mnist_core.refusal import Gate

SEVEN = [[(0.1, 0.1), (0.8, 0.1), (0.4, 1.0)]]


@pytest.fixture(scope="module")
def classifier() -> Classifier:
    """The shipped model."""
    return Classifier.load()


def save(picture: Image.Image, kind: str = "PNG", **settings: object) -> bytes:
    """Return a picture as a file."""
    content = io.BytesIO()
    picture.save(content, kind, **settings)
    return content.getvalue()


def draw_seven(width: int = 200, height: int = 160, mode: str = "RGB") -> Image.Image:
    """Draw a dark 7 on white."""
    pixels = np.full((height, width), 255, np.uint8)
    points = (np.array(SEVEN[0]) * 0.6 * height + 0.15 * height).astype(np.int32)
    cv2.polylines(pixels, [points], False, 20, max(3, height // 12), cv2.LINE_AA)
    return Image.fromarray(pixels).convert(mode)


def read_digit(classifier: Classifier, content: bytes) -> int:
    """Return the digit that the shipped model sees in a file."""
    image = prepare_image(read_image(content))
    assert image is not None
    assert image.shape == (28, 28)
    assert image.dtype == np.float32
    assert 0 <= image.min() <= image.max() <= 1
    return int(classifier.probabilities(image[None])[0].argmax())


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "WEBP", "BMP", "TIFF", "GIF"])
def test_every_format_is_read(kind: str, classifier: Classifier) -> None:
    """The file's first bytes say what it is, its name does not matter."""
    assert read_digit(classifier, save(draw_seven(), kind)) == 7


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "I;16"])
def test_every_kind_of_pixels_is_read(mode: str, classifier: Classifier) -> None:
    """From one bit to sixteen, with a palette, and in printers' colours."""
    picture = draw_seven(mode="L")
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(picture).astype(np.uint16) * 257)
    else:
        picture = picture.convert(mode)
    content = save(picture, "TIFF" if mode == "CMYK" else "PNG")
    pixels = read_image(content)
    assert pixels.dtype == np.uint8
    assert pixels.shape == (160, 200, 3)
    assert read_digit(classifier, content) == 7


def test_ink_on_nothing_is_read(classifier: Classifier) -> None:
    """Where the background is transparent, what is drawn is opaque."""
    opacity = 255 - np.asarray(draw_seven(mode="L"))
    pixels = np.zeros((*opacity.shape, 4), np.uint8)
    pixels[..., 3] = opacity
    content = save(Image.fromarray(pixels))
    assert read_image(content).shape[2] == 4
    assert read_digit(classifier, content) == 7


def test_rounded_corners_do_not_hide_a_photograph(classifier: Classifier) -> None:
    """A window's picture has a few transparent pixels; the rest is read as it would be without."""
    photograph = take_photograph(SEVEN, CONDITIONS["light from one side"], np.random.default_rng(0))
    picture = Image.open(io.BytesIO(photograph)).convert("RGBA")
    opacity = Image.new("L", picture.size, 0)
    ImageDraw.Draw(opacity).rounded_rectangle((0, 0, *picture.size), 24, 255)
    picture.putalpha(opacity)
    assert read_image(save(picture)).shape[2] == 3
    assert read_digit(classifier, save(picture)) == 7


def test_heic_is_read(classifier: Classifier) -> None:
    """As some phones keep photographs."""
    content = io.BytesIO()
    pillow_heif.from_pillow(draw_seven()).save(content)
    assert read_digit(classifier, content.getvalue()) == 7


@pytest.mark.parametrize("ruled", [True, False])
def test_rules_and_boxes_on_clean_paper_are_left_out(ruled: bool, classifier: Classifier) -> None:
    """Lines that stop short of the edge, or a form's box, are no part of the digit."""
    pixels = np.full((800, 700, 3), 255, np.uint8)
    if ruled:
        pixels[100:750:60, 60:640] = pixels[101:751:60, 60:640] = (170, 190, 230)
    else:
        cv2.rectangle(pixels, (150, 180), (550, 620), (90, 90, 90), 3)
    points = (np.array(SEVEN[0]) * 260 + [220, 260]).astype(np.int32)
    cv2.polylines(pixels, [points], False, (30, 30, 60), 14, cv2.LINE_AA)
    image = prepare_image(pixels)
    alone = np.full_like(pixels, 255)
    cv2.polylines(alone, [points], False, (30, 30, 60), 14, cv2.LINE_AA)
    expected = prepare_drawing(alone)
    assert image is not None and expected is not None
    assert np.abs(image - expected).mean() < 0.02
    assert classifier.probabilities(image[None])[0].argmax() == 7


def test_two_digits_are_not_taken_for_one() -> None:
    """What stands beside the strongest piece, as high and as heavy, is part of what is judged."""
    rng = np.random.default_rng(1)
    two, seven = (write(STYLES[name][1], rng) for name in ("2 plain", "7 plain"))
    strokes = [*two, *(stroke + np.array([1.4, 0]) for stroke in seven)]
    rng = np.random.default_rng(0)
    image = prepare_image(read_image(take_photograph(strokes, CONDITIONS["a shadow"], rng)))
    assert image is not None
    assert Gate.load().judge(image) == "several digits"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_is_upright_as_the_camera_was_held(orientation: int) -> None:
    """Each of the eight ways in which EXIF says that the sensor's pixels lie."""
    upright = np.asarray(draw_seven())
    turned = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.transpose(1, 0, 2),
        6: np.rot90(upright, 1),
        7: upright[::-1, ::-1].transpose(1, 0, 2),
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = save(Image.fromarray(np.ascontiguousarray(turned)), exif=exif)
    np.testing.assert_array_equal(read_image(content), upright)


def test_a_phones_two_pictures_in_one_file_are_one_photograph(classifier: Classifier) -> None:
    """The second is a preview or the same for the other eye."""
    content = save(draw_seven(), "MPO", save_all=True, append_images=[draw_seven(20, 16)])
    assert read_digit(classifier, content) == 7


def test_a_large_jpeg_is_reduced_while_it_is_decoded(classifier: Classifier) -> None:
    """Twelve million pixels need not all be kept."""
    content = save(draw_seven(4000, 3000), "JPEG")
    assert max(read_image(content).shape) < 4000
    assert read_digit(classifier, content) == 7


def make_png_header(width: int, height: int) -> bytes:
    """Return a PNG that claims a size and holds no pixels of it."""
    small = save(Image.new("L", (1, 1)))
    return small[:16] + width.to_bytes(4, "big") + height.to_bytes(4, "big") + small[24:]


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: b"", "no picture that can be read"),
        (lambda: b"Dear reader, this is a letter.", "no picture that can be read"),
        (lambda: b"%PDF-1.7 ...", "no picture that can be read"),
        (lambda: save(draw_seven())[:200], "damaged or cut short"),
        (lambda: save(draw_seven(), "JPEG")[:1500], "damaged or cut short"),
        (lambda: save(draw_seven(20_000, 40)), "too large, 20,000 × 40 pixels"),
        (lambda: save(draw_seven(11_000, 6_000), "JPEG"), "too large, 11,000 × 6,000 pixels"),
        (
            lambda: save(
                draw_seven(), "GIF", save_all=True, append_images=[Image.new("RGB", (200, 160))]
            ),
            "several pictures",
        ),
        (lambda: make_png_header(100_000, 100_000), "(too large|no picture)"),
    ],
)
def test_what_cannot_be_read_gets_one_sentence(make: Callable[[], bytes], sentence: str) -> None:
    """It says what was wrong, what was expected and what to do."""
    with pytest.raises(PhotographError, match=sentence) as raised:
        read_image(make())
    assert "expected" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_clean_picture_is_prepared_as_a_drawing(data: Mnist) -> None:
    """MNIST's own images, as they are or enlarged, take the canvas's way exactly."""
    for image in data.train.images[:20]:
        pixels = np.stack([image] * 3, axis=2)
        np.testing.assert_array_equal(prepare_image(pixels), prepare_drawing(pixels))


@pytest.mark.parametrize("name", CONDITIONS)
def test_photographs_are_read(name: str, classifier: Classifier) -> None:
    """Of six digits, at least five."""
    rng = np.random.default_rng(31)
    styles = ["0 plain", "2 plain", "3 plain", "4 closed", "5 in one stroke", "7 barred"]
    right = [
        read_digit(classifier, take_photograph(write(ways, rng), CONDITIONS[name], rng)) == digit
        for digit, ways in (STYLES[style] for style in styles)
    ]
    assert sum(right) >= 5, dict(zip(styles, right, strict=True))


@pytest.mark.parametrize("style", ["0 slashed", "4 closed", "5 in one stroke", "8 in two rings"])
@pytest.mark.parametrize(("paper", "ink"), [(225, 25), (60, 220)])
def test_a_thick_digit_seen_from_near_is_read(
    style: str, paper: int, ink: int, classifier: Classifier
) -> None:
    """It fills the picture, and what it encloses is not taken for the ink."""
    digit, ways = STYLES[style]
    strokes = write(ways, np.random.default_rng(4))
    points = np.concatenate(strokes)
    low, size = points.min(axis=0), np.ptp(points, axis=0)
    scale = 480 / size.max()
    paths = [np.round((stroke - low) * scale + 100).astype(np.int32) for stroke in strokes]
    pixels = np.full((680, 200 + round(float(size[0] * scale))), paper, np.uint8)
    cv2.polylines(pixels, paths, False, ink, 60, cv2.LINE_AA)
    light = np.linspace(1, 0.7, 680)[:, None]
    photograph = Image.fromarray((pixels * light).astype(np.uint8)).convert("RGB")
    assert read_digit(classifier, save(photograph, "JPEG")) == digit


@pytest.mark.parametrize("brightness", [20, 128, 240])
def test_an_empty_sheet_holds_no_digit(brightness: int) -> None:
    """Grain and uneven light are no ink."""
    rng = np.random.default_rng(3)
    light = np.linspace(1, 0.5, 400)[:, None, None]
    sheet = np.clip(brightness * light + rng.normal(0, 3, (300, 400, 3)).transpose(1, 0, 2), 0, 255)
    assert prepare_image(sheet.astype(np.uint8)) is None


def test_one_colour_holds_no_digit() -> None:
    """Nor do a picture's very small sizes make a fault."""
    for size in (1, 2, 30, 700):
        assert prepare_image(np.full((size, size, 3), 90, np.uint8)) is None


@pytest.mark.parametrize("shape", [(3, 400), (400, 3), (1, 1), (2, 5)])
def test_any_size_gets_an_answer_or_none(shape: tuple[int, int]) -> None:
    """Slivers of a photograph are no reason to fail."""
    pixels = np.random.default_rng(0).integers(0, 256, (*shape, 3)).astype(np.uint8)
    image = prepare_image(pixels)
    assert image is None or image.shape == (28, 28)
