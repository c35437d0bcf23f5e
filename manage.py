#!/usr/bin/env python
"""Run a management command; without DJANGO_SETTINGS_MODULE, those of the commission service."""

import os
import sys


def main() -> None:
    """Hand the command line to Django."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "deploy.settings.commission")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
