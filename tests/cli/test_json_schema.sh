#!/bin/sh
# The baseline and every --json document, as the program writes them, against docs/schema/.
exec python3 "$(dirname "$0")/json_schema.py"
