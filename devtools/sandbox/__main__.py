"""``python -m devtools.sandbox``"""

import os
import sys

import django
from django.core.management import CommandError, call_command

from devtools.sandbox.keys import LiveLookingKey


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "devtools.sandbox.settings"
    try:
        django.setup()
        call_command("serve")
    except (LiveLookingKey, CommandError) as error:
        sys.exit(f"sandbox: {error}")


main()
