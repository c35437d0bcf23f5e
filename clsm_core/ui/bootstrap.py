"""Where Bootstrap's stylesheet lies, and proof that it is the official one.

The file comes with a wheel, never from a third-party host; its digest is compared with the one
of the official distribution by ``is_official`` (a test and a system check call it).
"""

import hashlib
from importlib.util import find_spec
from pathlib import Path

VERSION = "5.3.8"
STYLESHEET = "bootstrap.min.css"
# SHA-256 of dist/css/bootstrap.min.css in the official 5.3.8 distribution.
STYLESHEET_SHA256 = "d85327d99c7a3ee1f9b5d0500d1370acea3ad2db39c163c2f51f232baedbdede"


def css_directory() -> Path:
    """Return the wheel's folder of stylesheets, for ``STATICFILES_DIRS``.

    Raises:
        FileNotFoundError: when the wheel is not installed.
    """
    spec = find_spec("bootstrap")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    for folder in folders:
        css = Path(folder) / "css"
        if (css / STYLESHEET).is_file():
            return css
    raise FileNotFoundError("the wheel bootstrap-wrapper is not installed")


def is_official() -> bool:
    """Tell whether the stylesheet on disk is byte for byte the official one."""
    data = (css_directory() / STYLESHEET).read_bytes()
    return hashlib.sha256(data).hexdigest() == STYLESHEET_SHA256
