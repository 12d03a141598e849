"""Makes the reference files beside it, which FaceResizer and FaceDecoder are tested against.

    python3 make_pillow_reference.py        (Pillow 9.4, numpy 1.24)

pillow-resize.json  pictures made by the formula below, resized by Pillow; the pixels as base64 of zlib. The kernel
                    BilinearUnfiltered, which Pillow lacks, is computed here as the PyTorch documentation of
                    interpolate(mode="bilinear", align_corners=False) describes it, in double precision.
*.jpg, *.png        the same kind of picture encoded by Pillow, and pillow-decode.json with what Pillow decodes.
"""
import base64
import json
import zlib
from pathlib import Path

import numpy as np
import PIL
from PIL import Image
from PIL.PngImagePlugin import PngInfo

HERE = Path(__file__).parent
KERNELS = {"Bilinear": Image.BILINEAR, "Bicubic": Image.BICUBIC, "Area": Image.BOX, "Nearest": Image.NEAREST}
SIZES = [
    ((112, 112), (56, 56)), ((112, 112), (28, 28)), ((112, 112), (14, 14)), ((112, 112), (7, 7)),
    ((14, 14), (112, 112)), ((7, 7), (112, 112)), ((28, 28), (28, 28)), ((37, 61), (14, 14)), ((6, 9), (7, 7)),
    ((112, 112), (112, 14)), ((112, 112), (14, 112)), ((1, 1), (5, 3)), ((50, 3), (1, 1)),
]


def synthetic(width, height):
    """Integers only, so that every language makes the same pixels: a blocky pattern with hard edges."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    return ((x * x * 7 + y * y * 13 + x * y * 5 * (c + 1) + (x // 5 + y // 3) * 91 * (c + 2)) % 256).astype(np.uint8)


def smooth(width, height):
    """Slow ramps and a disc, which JPEG keeps nearly as they are."""
    y, x, c = np.meshgrid(np.arange(height), np.arange(width), np.arange(3), indexing="ij")
    ramp = (x * 120 // width + y * (100 - 30 * c) // height + 20 * c)
    disc = ((x - width / 2) ** 2 + (y - height / 2.5) ** 2 < (width / 4) ** 2) * (60 - 20 * c)
    return (ramp + disc).astype(np.uint8)


def unfiltered_axis(source, target):
    position = np.maximum((np.arange(target) + 0.5) * source / target - 0.5, 0)
    first = np.minimum(np.floor(position).astype(int), source - 1)
    return first, np.minimum(first + 1, source - 1), position - first


def unfiltered(pixels, width, height):
    left, right, across = unfiltered_axis(pixels.shape[1], width)
    upper, lower, down = unfiltered_axis(pixels.shape[0], height)
    pixels = pixels.astype(np.float64)
    across, down = across[None, :, None], down[:, None, None]
    above = pixels[upper][:, left] * (1 - across) + pixels[upper][:, right] * across
    below = pixels[lower][:, left] * (1 - across) + pixels[lower][:, right] * across
    return np.rint(above * (1 - down) + below * down).astype(np.uint8)


def text(pixels):
    return base64.b64encode(zlib.compress(np.ascontiguousarray(pixels).tobytes(), 9)).decode()


def resize_cases():
    for (source, target) in SIZES:
        pixels = synthetic(*source)
        for name, kernel in KERNELS.items():
            yield name, source, target, np.asarray(Image.fromarray(pixels).resize(target, kernel))
        yield "BilinearUnfiltered", source, target, unfiltered(pixels, *target)


def inks(width, height):
    """Cyan, magenta and yellow as the picture's complement, and black on top that grows to the right."""
    black = np.broadcast_to(np.arange(width)[None, :, None] * 120 // width, (height, width, 1))
    return Image.fromarray(np.concatenate([255 - smooth(width, height), black], axis=2).astype(np.uint8), "CMYK")


def decode_cases():
    colour, grey = Image.fromarray(smooth(112, 112)), Image.fromarray(smooth(40, 50)[:, :, 1])
    odd = Image.fromarray(smooth(37, 61))
    files = {
        "colour-420.jpg": (colour, dict(quality=90)),
        "colour-444.jpg": (colour, dict(quality=90, subsampling=0)),
        "progressive.jpg": (colour, dict(quality=90, progressive=True)),
        "odd-size.jpg": (odd, dict(quality=95)),
        "grey.jpg": (grey, dict(quality=90)),
        "grey.png": (grey, {}),
        "palette.png": (odd.quantize(32), {}),
        "tagged-gamma.png": (odd, {}),
        "lossless.webp": (odd, dict(lossless=True)),
        "plain.bmp": (odd, {}),
        "palette.gif": (odd.quantize(32), {}),
        "cmyk.jpg": (inks(40, 50), dict(quality=95)),
        "ycck.jpg": (inks(40, 50), dict(quality=95)),
        "animated.gif": (odd.quantize(32), dict(save_all=True, append_images=[odd.rotate(180).quantize(32)])),
        "animated.webp": (odd, dict(lossless=True, save_all=True, append_images=[odd.rotate(180)])),
    }
    for name, (image, options) in files.items():
        if name == "tagged-gamma.png":
            info = PngInfo()
            info.add(b"gAMA", (100000).to_bytes(4, "big"))  # linear light: a colour-managed reader changes every pixel
            options = dict(pnginfo=info)
        image.save(HERE / name, **options)
        if name == "ycck.jpg":
            # Pillow writes CMYK only: the same numbers become others, as good, where Adobe's marker says YCCK.
            encoded = bytearray((HERE / name).read_bytes())
            encoded[encoded.index(b"Adobe") + 11] = 2
            (HERE / name).write_bytes(encoded)
        yield name, np.asarray(Image.open(HERE / name).convert("RGB"))


def write(name, cases):
    made = f"make_pillow_reference.py, Pillow {PIL.__version__}, numpy {np.__version__}"
    lines = ",\n".join("    " + json.dumps(case) for case in cases)
    (HERE / name).write_text(f'{{\n  "madeBy": "{made}",\n  "cases": [\n{lines}\n  ]\n}}\n')


write("pillow-resize.json", [
    dict(kernel=kernel, source=source, target=target, pixels=text(pixels))
    for kernel, source, target, pixels in resize_cases()])
write("pillow-decode.json", [
    dict(file=name, width=pixels.shape[1], height=pixels.shape[0], pixels=text(pixels))
    for name, pixels in decode_cases()])
