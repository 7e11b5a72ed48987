"""A label round a frozen vial as a reader sees it: curved, turned, blurred, noisy and under frost, all from a seed."""

from math import asin
from random import Random

from PIL import Image, ImageChops, ImageDraw, ImageFilter

from labels.geometry import Drawing

RADIUS_MM = 6.25  # of a vial of 12.5 mm
SEEN = 0.94  # of the radius: what is farther round the side is not seen
PIXELS_PER_MM = 16
STRIP = 4  # pixels of the picture that are bent together
GLASS = 205


def photograph(page: Image.Image, drawing: Drawing, seed: int) -> Image.Image:
    """The vial, its symbol turned to the reader within half a millimetre. ``page`` is the label in the dots of the drawing."""
    random = Random(seed)
    dots_per_mm = drawing.dpi / 25.4
    symbol = drawing.symbols[0].block
    middle = (symbol.x + symbol.width / 2) / dots_per_mm + random.uniform(-0.5, 0.5)
    bent = _bent(page, dots_per_mm, middle)
    shot = bent.rotate(random.uniform(0, 360), Image.Resampling.BICUBIC, expand=True, fillcolor=GLASS)
    shot = _frosted(shot, random)
    shot = shot.filter(ImageFilter.GaussianBlur(random.uniform(0.05, 0.08) * PIXELS_PER_MM))
    return _noisy(shot, random)


def _bent(page: Image.Image, dots_per_mm: float, middle: float) -> Image.Image:
    """Wrapped round the glass: equal steps across the picture are longer and longer steps on the label."""
    half = int(SEEN * RADIUS_MM * PIXELS_PER_MM)
    height = int(page.height / dots_per_mm * PIXELS_PER_MM)
    wide = Image.new("L", (page.width + 2 * page.width, page.height), GLASS)
    wide.paste(page, (page.width, 0))

    def dot(pixel: int) -> float:
        along = RADIUS_MM * asin(pixel / PIXELS_PER_MM / RADIUS_MM)
        return page.width + (middle + along) * dots_per_mm

    strips = []
    for left in range(-half, half, STRIP):
        first, last = dot(left), dot(left + STRIP)
        target = (left + half, 0, left + half + STRIP, height)
        strips.append((target, (first, 0, first, page.height, last, page.height, last, 0)))
    size = (2 * half // STRIP * STRIP, height)
    bent = wide.transform(size, Image.Transform.MESH, strips, Image.Resampling.BICUBIC)
    light = Image.linear_gradient("L").rotate(90).resize(size).point(lambda shade: 255 - abs(shade - 128) // 2)
    return ImageChops.multiply(bent, light)


def _frosted(shot: Image.Image, random: Random) -> Image.Image:
    """Crystals of ice: bright specks that thin what is under them, with soft edges."""
    veil = Image.new("L", shot.size, 0)
    pen = ImageDraw.Draw(veil)
    for _ in range(60):
        x, y = random.uniform(0, shot.width), random.uniform(0, shot.height)
        r = random.uniform(0.05, 0.3) * PIXELS_PER_MM
        pen.ellipse((x - r, y - r, x + r, y + r), fill=random.randrange(60, 170))
    veil = veil.filter(ImageFilter.GaussianBlur(0.08 * PIXELS_PER_MM))
    return Image.composite(Image.new("L", shot.size, 235), shot, veil)


def _noisy(shot: Image.Image, random: Random) -> Image.Image:
    grain = Image.frombytes("L", shot.size, random.randbytes(shot.width * shot.height))
    return Image.blend(shot, grain, 0.06)
