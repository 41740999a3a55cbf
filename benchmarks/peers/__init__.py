"""One module a library: each offers the works that the library can do, as functions of an input."""
