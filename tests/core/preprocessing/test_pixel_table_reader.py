"""Tests of mnist_core.preprocessing.pixel_table_reader: text files of many forms."""

import io

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from mnist_core.preprocessing.pixel_csv import PixelError, format_csv
from mnist_core.preprocessing.pixel_table_reader import read_table
from mnist_core.preprocessing.scaling import as_float, as_uint8
from tests.core.preprocessing.csv_files import parse_csv


@pytest.mark.parametrize("scaled", [False, True])
def test_an_image_comes_back_from_its_file(nine: np.ndarray, scaled: bool) -> None:
    """Bit for bit, in raw and in scaled values."""
    image = as_float(nine)
    content = format_csv(image, scaled).encode()
    assert np.array_equal(parse_csv(content, "nine.csv"), image)


@settings(max_examples=30)
@given(arrays(np.float32, (28, 28), elements=st.floats(0, 1, width=32)))
def test_any_scaled_image_comes_back(image: np.ndarray) -> None:
    """A drawing's pixels are not multiples of 1/255."""
    assert np.array_equal(parse_csv(format_csv(image, scaled=True).encode(), "x.csv"), image)


@settings(max_examples=30)
@given(arrays(np.uint8, (28, 28)))
def test_any_raw_image_comes_back(raw: np.ndarray) -> None:
    """Also those with no other values than 0 and 1."""
    content = format_csv(as_float(raw), scaled=False).encode()
    assert np.array_equal(as_uint8(parse_csv(content, "x.csv")), raw)


def test_pandas_reads_the_same_numbers(nine: np.ndarray) -> None:
    """The file has the values of the tutorial's DataFrame."""
    frame = pd.read_csv(io.StringIO(format_csv(as_float(nine), scaled=False)), header=None)
    assert np.array_equal(frame, nine)


@pytest.mark.parametrize(
    "options",
    [{}, {"index": False}, {"header": False}, {"index": False, "header": False}, {"sep": ";"}],
)
def test_what_pandas_writes_is_read(nine: np.ndarray, options: dict) -> None:
    """Its row and column numbers are skipped."""
    content = pd.DataFrame(nine).to_csv(**options).encode("utf-8-sig")
    assert np.array_equal(as_uint8(parse_csv(content, "frame.csv")), nine)


def test_raw_values_may_be_floating_point(nine: np.ndarray) -> None:
    """As the tutorial has them between the change of type and the division."""
    content = pd.DataFrame(nine.astype(np.float32)).to_csv(index=False, header=False)
    assert np.array_equal(as_uint8(parse_csv(content.encode(), "float.csv")), nine)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "x.csv is empty"),
        (b"1,2,3\n", "rows found: 1"),
        (b"0,0\n" * 28, "values found in row 0, counted from 0: 2"),
        (b"0," * 27 + b"0\n" + b"0\n" * 27, "values found in row 1, counted from 0: 1"),
        (b"\x89PNG\r\n\x1a\n\xff\xfe", "cannot be read as text"),
        (b"0" * 33_000_000, "33,000,000 bytes; at most 32 MB"),
        (b"0\n" * 100_001, "100,001 lines; at most 100,000"),
        (b"0," * 30_000, "a line of 60,000 characters; at most 50,000"),
        (b",".join(b"p%d" % i for i in range(784)), "has a heading, but no image"),
    ],
)
def test_other_files_are_rejected(content: bytes, problem: str) -> None:
    """Empty, too small, of another shape, no text, too large."""
    with pytest.raises(PixelError, match=problem):
        parse_csv(content, "x.csv")


def check_image_or_sentence(content: bytes) -> None:
    """Assert that a file gives a valid image or an error of one line."""
    try:
        image = parse_csv(content, "x.csv")
    except PixelError as error:
        assert "\n" not in str(error) and str(error).endswith(".")
    else:
        assert image.shape == (28, 28) and image.dtype == np.float32
        assert np.isfinite(image).all() and image.min() >= 0 and image.max() <= 1


@settings(max_examples=100)
@given(st.binary(max_size=2000))
def test_any_bytes_give_an_image_or_a_sentence(content: bytes) -> None:
    """No other exception, whatever is uploaded."""
    check_image_or_sentence(content)


CELLS = st.one_of(
    st.integers(-1, 300).map(str),
    st.floats(width=32).map(str),
    st.sampled_from(["", "1e999", "-0", ".5", "5.", "1e-400", '"1', '"1\n2"', "٣", "\0", "\r"]),
    st.text(max_size=3),
)


@settings(max_examples=100)
@given(
    st.sampled_from([",", ";", "\t", " ", ", "]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "latin-1"]),
    st.sampled_from([(28, 28), (29, 29), (28, 29), (1, 784), (1, 785), (2, 785), (784, 1)]),
    st.dictionaries(st.integers(0, 783), CELLS, max_size=5),
)
def test_any_table_gives_an_image_or_a_sentence(
    delimiter: str, line_end: str, encoding: str, shape: tuple[int, int], cells: dict[int, str]
) -> None:
    """Tables of many shapes and encodings with a few odd cells."""
    rows, columns = shape
    values = [cells.get(index, "0") for index in range(rows * columns)]
    lines = [delimiter.join(values[r * columns :][:columns]) for r in range(rows)]
    check_image_or_sentence(line_end.join(lines).encode(encoding, "replace"))


FORMS = {
    "one row": lambda raw: ",".join(map(str, raw.ravel())),
    "label": lambda raw: ",".join(map(str, [7, *raw.ravel()])),
    "heading": lambda raw: (
        ",".join(["label", *(f"pixel{i}" for i in range(784))])
        + "\n"
        + ",".join(map(str, [7, *raw.ravel()]))
    ),
    "savetxt": lambda raw: _save_text(raw),
    "savetxt of a row": lambda raw: _save_text(raw.ravel()),
    "spaces": lambda raw: "\n".join("  ".join(map(str, row)) for row in raw),
    "trailing commas": lambda raw: "".join(",".join(map(str, row)) + ",\n" for row in raw),
    "trailing comma of a row": lambda raw: ",".join(map(str, raw.ravel())) + ",",
    "spreadsheet": lambda raw: "\r\n".join("\t".join(map(str, row)) for row in raw),
    "Excel": lambda raw: "sep=;\n" + "\n".join(";".join(map(str, row)) for row in raw),
    "decimal commas": lambda raw: "\n".join(
        ";".join(f"{value / 255:.4f}".replace(".", ",") for value in row) for row in raw
    ),
    "decimal commas of a row": lambda raw: "\t".join(
        f"{value / 255:.4f}".replace(".", ",") for value in raw.ravel()
    ),
    "numbered from 1 by R": lambda raw: "\n".join(
        " ".join(map(str, [number, *row])) for number, row in enumerate(raw, 1)
    ),
    "quoted": lambda raw: "\n".join(";".join(f'"{value}"' for value in row) for row in raw),
}


NAMED = [f"pixel{i}" for i in range(1, 785)]
NUMBERED = [*range(784)]
HEADINGS: dict[str, tuple[list, dict, bool]] = {  # the columns, how they are written, the labels
    "OpenML": ([*NAMED, "class"], {"index": False}, True),
    "label last, in capitals": ([*NUMBERED, "Label"], {"index": False}, True),
    "Kaggle": (["label", *NAMED], {"index": False}, True),
    "label and numbers": (["label", *NUMBERED], {"index": False}, True),
    "numbers from 0 with a label": ([*range(785)], {"index": False}, True),
    "numbers of pixels": (NUMBERED, {"index": False}, False),
    "numbers from 1": ([*range(1, 785)], {"index": False}, False),
    "index": (NAMED, {}, False),
    "index and numbers": (NUMBERED, {}, False),
    "named index": (NAMED, {"index_label": "id"}, False),
    "index that pandas has read": (NAMED, {"index_label": "Unnamed: 0"}, False),
    "index and label": (["label", *NAMED], {}, True),
    "index and label last": ([*NAMED, "target"], {}, True),
    "index and label without names": ([*range(785)], {}, True),
    "with separators at the ends": (["label", *NAMED], {"lineterminator": ",\n"}, True),
}


@pytest.mark.parametrize("form", HEADINGS)
def test_a_heading_tells_what_the_columns_are(nine: np.ndarray, form: str) -> None:
    """It is not an image, the numbers of lines are not labels, and labels may come last."""
    columns, options, has_labels = HEADINGS[form]
    cells = [[7, *nine.ravel()], [4, *nine.T.ravel()]]
    if not has_labels:
        cells = [row[1:] for row in cells]
    elif str(columns[-1]).lower() in ("class", "label", "target"):
        cells = [[*row[1:], row[0]] for row in cells]
    table = read_table(pd.DataFrame(cells, columns=columns).to_csv(**options).encode(), "x.csv")
    assert [table.label(index) for index in (0, 1)] == ([7, 4] if has_labels else [None, None])
    assert len(table.lines) == 2
    assert np.array_equal(as_uint8(table.image(0)), nine)
    assert np.array_equal(as_uint8(table.image(1)), nine.T)


@pytest.mark.parametrize("heading", ["", ",".join(map(str, range(785))), ",".join([*NAMED, "y_"])])
@pytest.mark.parametrize("labels", [[7, 4], [0, 4], [3]])
def test_labels_after_the_pixels_are_seen_by_the_numbers(
    nine: np.ndarray, heading: str, labels: list
) -> None:
    """Without a name that says so: the first numbers are 0 in every line, the last are labels."""
    rows = [heading, *(",".join(map(str, [*nine.ravel(), label])) for label in labels)]
    table = read_table("\n".join(rows).encode(), "x.csv")
    assert [table.label(index) for index in range(len(labels))] == labels
    assert np.array_equal(as_uint8(table.image(0)), nine)


@pytest.mark.parametrize("labels", [[7, 4], [0, 4], [0]])
def test_labels_before_the_pixels_remain(nine: np.ndarray, labels: list) -> None:
    """Also where all of them are 0."""
    rows = [",".join(map(str, [label, *nine.ravel()])) for label in labels]
    table = read_table("\n".join(rows).encode(), "x.csv")
    assert [table.label(index) for index in range(len(labels))] == labels
    assert np.array_equal(as_uint8(table.image(0)), nine)


@pytest.mark.parametrize("position", [0, 5, 783])
def test_a_mistyped_value_in_the_first_line_is_named(position: int) -> None:
    """The line is an image and not a heading."""
    cells = ["0"] * 784
    cells[position] = "O"
    table = read_table(("\n".join([",".join(cells)] * 2)).encode(), "x.csv")
    with pytest.raises(PixelError, match=f"Pixel {position} of image 0 of x.csv.*“O”"):
        table.image(0)


def test_a_label_that_comes_last_is_named_by_its_column() -> None:
    """Counted from 0, like images and pixels."""
    content = ",".join([*NAMED, "class"]) + "\n" + "0," * 784 + "10"
    table = read_table(content.encode(), "x.csv")
    with pytest.raises(PixelError, match=r"label “10”; expected .* in column 784, both counted"):
        table.label(0)


@pytest.mark.parametrize("names", [[f"c{i}" for i in range(28)], [*range(1, 29)]])
@pytest.mark.parametrize("index", [True, False])
def test_the_heading_of_a_grid_is_skipped(nine: np.ndarray, names: list, index: bool) -> None:
    """Names of columns, or numbers from 1; 29 lines of numbers remain refused."""
    content = pd.DataFrame(nine, columns=names).to_csv(index=index)
    assert np.array_equal(as_uint8(parse_csv(content.encode(), "x.csv")), nine)
    with pytest.raises(PixelError, match="rows found: 29"):
        parse_csv(b"0," * 28 + b"\n" + content.partition("\n")[2].encode(), "x.csv")


def _save_text(values: np.ndarray) -> str:
    text = io.StringIO()
    np.savetxt(text, values)
    return text.getvalue()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("form", FORMS)
def test_the_forms_that_people_have_are_read(nine: np.ndarray, form: str, encoding: str) -> None:
    """Each gives the image, and the label where the form has one."""
    table = read_table(FORMS[form](nine).encode(encoding), "nine.csv")
    assert len(table.lines) == 1
    assert np.array_equal(as_uint8(table.image(0)), nine)
    assert table.label(0) == (7 if form in ("label", "heading") else None)
