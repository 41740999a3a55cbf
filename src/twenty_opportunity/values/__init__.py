"""
The JSON values that everything else is made of: text, pointers, equality, formats and money; and signatures.

It may import `errors` and nothing else of the package.
"""

from __future__ import annotations
