#!/usr/bin/env python
import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "prechi.settings")
    if sys.argv[1:2] == ["dev"]:  # exists nowhere but on a developer's machine
        os.environ.setdefault("PRECHI_ENV", "local")
    execute_from_command_line(sys.argv)
