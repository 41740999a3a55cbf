"""Check the installed package outside of the repository: a file that the wheel lacks makes this fail."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from importlib import metadata, resources
from pathlib import Path

import twenty_opportunity
from twenty_opportunity import schemas

SHA256 = "443af5a94e95473de31831019db541bee83a18c4985f212cec914209ecd93a63"

examples = Path(sys.argv[1])
example = json.loads((examples / "opportunity.json").read_bytes())

assert hashlib.sha256(schemas.read("twenty-opportunity.json")).hexdigest() == SHA256
assert (resources.files("twenty_opportunity") / "py.typed").is_file()
assert metadata.version("twenty-opportunity")
assert twenty_opportunity.is_valid(example)
assert not twenty_opportunity.is_valid({**example, "stage": "WON"})
assert twenty_opportunity.loads(json.dumps(example)).name == example["name"]

program = Path(sys.executable).parent / "twenty-opportunity"
assert subprocess.run([program, "validate", examples / "opportunities.jsonl"], check=False).returncode == 0
assert subprocess.run([program, "validate", examples / "invalid"], check=False).returncode == 1
