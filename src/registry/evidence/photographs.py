"""A photograph or scan of what was put up where no browser reaches: checked, and for pictures made anew without what the camera noted."""

import io
import warnings
from dataclasses import dataclass

from PIL import Image, ImageOps, UnidentifiedImageError

from registry.errors import Invalid, Issue
from registry.evidence.reading import Kind, kind_of

LARGEST_BYTES = 10 << 20
LARGEST_PIXELS = 50_000_000
LONGEST_SIDE = 3000
PICTURES = {"JPEG": "image/jpeg", "PNG": "image/png"}
ACCEPTED = "JPEG、PNG、PDF"
PDF = "application/pdf"


@dataclass(frozen=True)
class Photograph:
    """What may be kept."""

    content: bytes
    media_type: str


def clean_photograph(content: bytes, name: str) -> Photograph:
    """The picture or PDF as it is kept; Invalid at field `file`, saying what was found and what is accepted.

    A picture is encoded again, which leaves out place, camera and owner (EXIF, XMP, comments); sides past 3,000 pixels are made smaller.
    """
    if not content:
        raise Invalid([Issue("file", "photograph_missing")])
    if len(content) > LARGEST_BYTES:
        raise Invalid(
            [Issue("file", "photograph_too_large", {"found": _megabytes(len(content)), "max": LARGEST_BYTES >> 20})]
        )
    kind = kind_of(content)
    if kind is Kind.PDF:
        return Photograph(content, PDF)
    if kind is not Kind.IMAGE:
        raise Invalid([Issue("file", "file_kind", {"found": name[-60:], "accepted": ACCEPTED})])
    return _encoded_again(content, name)


def _encoded_again(content: bytes, name: str) -> Photograph:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            picture = Image.open(io.BytesIO(content), formats=tuple(PICTURES))
        if picture.width * picture.height > LARGEST_PIXELS:
            found = f"{picture.width}×{picture.height}"
            raise Invalid([Issue("file", "picture_too_large", {"found": found, "max": LARGEST_PIXELS // 1_000_000})])
        form = picture.format or ""
        upright = ImageOps.exif_transpose(picture)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise Invalid([Issue("file", "picture_unreadable", {"found": name[-60:]})]) from error
    plain = upright.convert("RGB")
    plain.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = Image.new("RGB", plain.size)
    bare.paste(plain)
    file = io.BytesIO()
    bare.save(file, format=form, **({"quality": 85} if form == "JPEG" else {}))
    return Photograph(file.getvalue(), PICTURES[form])


def _megabytes(size: int) -> str:
    return f"{size / (1 << 20):.1f}"
