"""The accent colour, made fit to be read in light and in dark (WCAG 2.2 contrast)."""

from __future__ import annotations

Rgb = tuple[float, float, float]

WHITE: Rgb = (1.0, 1.0, 1.0)
BLACK: Rgb = (0.0, 0.0, 0.0)
# The grounds of `--panel` in catalog.css: of the two that links stand on, the harder one.
LIGHT_PAGE: Rgb = (0.957, 0.965, 0.976)
DARK_PAGE: Rgb = (0.114, 0.137, 0.169)
#: Contrast of text against its ground that WCAG asks for at level AA.
READABLE = 4.5


def accent_css(accent: str) -> bytes:
    """A style sheet that sets `--accent` and its company from the settings' `#rrggbb`, for both modes."""
    colour = _parse(accent)
    light = _readable(colour, LIGHT_PAGE, BLACK)
    dark = _readable(colour, DARK_PAGE, WHITE)
    light_mode, dark_mode = _rules(light, LIGHT_PAGE), _rules(dark, DARK_PAGE)
    return (
        f":root {{ {light_mode} }}\n"
        f'@media (prefers-color-scheme: dark) {{ :root:not([data-theme="light"]) {{ {dark_mode} }} }}\n'
        f':root[data-theme="dark"] {{ {dark_mode} }}\n'
    ).encode()


def _rules(accent: Rgb, page: Rgb) -> str:
    text = WHITE if contrast(accent, WHITE) >= contrast(accent, BLACK) else BLACK
    soft = _mix(page, accent, 0.12)
    return f"--accent: {_hex(accent)}; --accent-text: {_hex(text)}; --accent-soft: {_hex(soft)};"


def _readable(colour: Rgb, page: Rgb, towards: Rgb) -> Rgb:
    """The colour, moved towards black or white in small steps until it can be read on the page."""
    for step in range(21):
        candidate = _mix(colour, towards, step / 20)
        if contrast(candidate, page) >= READABLE:
            return candidate
    return towards


def contrast(one: Rgb, other: Rgb) -> float:
    """WCAG's contrast ratio, 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Rgb) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _mix(one: Rgb, other: Rgb, share: float) -> Rgb:
    red, green, blue = (a + (b - a) * share for a, b in zip(one, other, strict=True))
    return (red, green, blue)


def _parse(text: str) -> Rgb:
    red, green, blue = (int(text[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return (red, green, blue)


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{round(c * 255):02x}" for c in colour)
