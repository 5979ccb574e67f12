"""Photos are decoded and written anew: turned upright, no larger than needed, without place, maker or anything appended."""

import io
import warnings

from PIL import Image, ImageOps, UnidentifiedImageError

from shegong.ground.documents.rules.papers import (
    LONGEST_SIDE,
    MOST_PIXELS,
    THUMBNAIL_SIDE,
    too_many_pixels,
    unreadable,
)
from shegong.kernel.refusal import Refused

FORMATS = ("JPEG", "PNG", "WEBP")


def rewrite(content: bytes) -> tuple[bytes, int, int]:
    """A photo as a plain JPEG of at most 2400 points a side: bytes, width, height.

    Refuses what does not decode and, before decoding, what has more points than any camera.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # our own limit is lower than Pillow's warning
            with Image.open(io.BytesIO(content), formats=FORMATS) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise Refused(too_many_pixels())
                return _jpeg(_upright(picture), LONGEST_SIDE, 85)
    except Image.DecompressionBombError as error:
        raise Refused(too_many_pixels()) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        raise Refused(unreadable()) from error


def thumbnail(jpeg: bytes) -> bytes:
    """A small JPEG of a stored photo."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
        picture.draft("RGB", (THUMBNAIL_SIDE * 2, THUMBNAIL_SIDE * 2))
        return _jpeg(picture.convert("RGB"), THUMBNAIL_SIDE, 75)[0]


def portrait(jpeg: bytes, width: int, height: int) -> bytes:
    """A stored photo filling `width` × `height` points: what stands over is cut, of a tall picture from below, where no face is."""
    with Image.open(io.BytesIO(jpeg), formats=("JPEG",)) as picture:
        picture.draft("RGB", (width, height))
        return _jpeg(ImageOps.fit(picture.convert("RGB"), (width, height), centering=(0.5, 0.2)), height, 85)[
            0
        ]


def _upright(picture: Image.Image) -> Image.Image:
    """Turned as the camera was held, on white where it was transparent."""
    turned = ImageOps.exif_transpose(picture)
    if turned.mode in ("RGBA", "LA", "PA", "P"):
        turned = turned.convert("RGBA")
        white = Image.new("RGB", turned.size, "white")
        white.paste(turned, mask=turned.getchannel("A"))
        return white
    return turned.convert("RGB")


def _jpeg(picture: Image.Image, side: int, quality: int) -> tuple[bytes, int, int]:
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    bare = Image.new("RGB", picture.size)
    bare.paste(picture)  # a new picture carries no EXIF, no colour profile, no comment
    out = io.BytesIO()
    bare.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue(), bare.width, bare.height
