"""Photographs: nothing the camera noted stays, and what is no photograph is refused in Chinese before it costs anything."""

import io
import zlib

import pytest
from PIL import Image

from registry import wording
from registry.errors import Invalid
from registry.evidence.photographs import clean_photograph
from tests.evidence.misbehaving_server import pdf

PLACE_TAG, OWNER_TAG, ORIENTATION_TAG = 0x8825, 0xA430, 0x0112


def picture(form: str = "JPEG", size: tuple[int, int] = (80, 40), *, orientation: int = 1) -> bytes:
    """A picture whose camera knew where it was and whose it is."""
    exif = Image.Exif()
    exif[ORIENTATION_TAG] = orientation
    exif[OWNER_TAG] = "CAMERA-OWNER"
    exif.get_ifd(PLACE_TAG)[1] = "N"
    file = io.BytesIO()
    Image.new("RGB", size, "green").save(
        file, form, exif=exif, **({"comment": b"CAMERA-OWNER"} if form == "JPEG" else {})
    )
    return file.getvalue()


@pytest.mark.parametrize(("form", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png")])
def test_what_the_camera_noted_is_gone(form: str, media_type: str) -> None:
    sent = picture(form)
    assert b"CAMERA-OWNER" in sent

    kept = clean_photograph(sent, "IMG_1.jpg")

    assert b"CAMERA-OWNER" not in kept.content
    opened = Image.open(io.BytesIO(kept.content))
    assert (dict(opened.getexif()), opened.info.get("comment"), opened.info.get("exif")) == ({}, None, None)
    assert (opened.format, kept.media_type) == (form, media_type)


def test_a_picture_taken_upright_stays_upright() -> None:
    kept = clean_photograph(picture(size=(80, 40), orientation=6), "IMG_1.jpg")

    assert Image.open(io.BytesIO(kept.content)).size == (40, 80)


def test_a_very_large_picture_is_made_smaller() -> None:
    kept = clean_photograph(picture(size=(6000, 3000)), "IMG_1.jpg")

    assert Image.open(io.BytesIO(kept.content)).size == (3000, 1500)


def test_a_pdf_is_kept_as_it_is() -> None:
    scan = pdf("scan")

    assert clean_photograph(scan, "scan.pdf").content == scan


def _header_of(width: int, height: int) -> bytes:
    """A PNG that claims a size it does not have."""
    honest = picture("PNG", (1, 1))
    chunk = honest[12:16] + width.to_bytes(4, "big") + height.to_bytes(4, "big") + honest[24:29]
    return honest[:12] + chunk + zlib.crc32(chunk).to_bytes(4, "big") + honest[33:]


REFUSED = (
    ("nothing", b"", "photograph_missing"),
    ("too many bytes", b"\xff\xd8\xff" + b"0" * (10 << 20), "photograph_too_large"),
    ("a page", b"<html><script>alert(1)</script>", "file_kind"),
    ("SVG", b'<svg xmlns="http://www.w3.org/2000/svg"/>', "file_kind"),
    ("a program", b"MZ\x00\x00", "file_kind"),
    ("an archive", b"PK\x03\x04....", "file_kind"),
    ("only the beginning of a picture", picture()[:200], "picture_unreadable"),
    ("a picture in name only", b"\xff\xd8\xff" + b"text" * 50, "picture_unreadable"),
    ("claims 9000 million pixels", _header_of(90_000, 100_000), "picture_unreadable"),
    ("claims 81 million pixels", _header_of(9000, 9000), "picture_too_large"),
)


@pytest.mark.parametrize(("content", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_no_photograph_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_photograph(content, "公示栏.jpg")

    (issue,) = refused.value.issues
    assert (issue.field, issue.code) == ("file", code)
    assert "{" not in wording.message(issue)
