"""`schema`: the JSON Schema of a document class, for other tools."""

from __future__ import annotations

from typing import Final

import msgspec

from twenty_opportunity.cli.classes import ClassOption, class_named
from twenty_opportunity.cli.options import ProfileOption, profile_named
from twenty_opportunity.cli.outputs import OutputOption, writing
from twenty_opportunity.cli.status import Status

EXAMPLES: Final = {
    "twenty-opportunity schema": "print the published schema of an opportunity",
    "twenty-opportunity schema -p metadata.json -c OpportunityCreate -o create.json": "write the schema of the body "
    "that creates an opportunity in your workspace",
}


def command(
    *, profile: ProfileOption = "published", cl: ClassOption = "Opportunity", output: OutputOption = None
) -> Status:
    """Print a schema, self-contained: any Draft 2020-12 validator can use it."""
    found = profile_named(profile)
    schema = found.schema(class_named(cl, found))
    with writing(output) as file:
        file.write(msgspec.json.format(msgspec.json.encode(schema), indent=2) + b"\n")
    return Status.CLEAN
