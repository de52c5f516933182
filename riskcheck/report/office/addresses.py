"""Addresses that an Office file may carry as links."""

from __future__ import annotations

_PLAIN = frozenset("-._~:/?#@!$&*+,;=%()")
_LONGEST = 2000


def address(url: str) -> str:
    """Return an address of the web, every odd character percent-encoded; empty for any other scheme or length."""
    if not url.startswith(("https://", "http://")) or len(url) > _LONGEST:
        return ""
    return "".join(c if c in _PLAIN or (c.isascii() and c.isalnum()) else "".join(f"%{byte:02X}" for byte in c.encode("utf-8",
        "replace")) for c in url)
