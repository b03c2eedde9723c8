"""Run as a process: a PDF on standard input, the text of its first pages on standard output.

Its own limits of memory and processor time hold whatever the file does to the library.
"""

import io
import logging
import resource
import sys

from pypdf import PdfReader

PAGES = 5
MEMORY_BYTES = 1 << 30
PROCESSOR_SECONDS = 8


def main() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_SECONDS, PROCESSOR_SECONDS))
    logging.disable()
    reader = PdfReader(io.BytesIO(sys.stdin.buffer.read()))
    for page in reader.pages[:PAGES]:
        sys.stdout.buffer.write(page.extract_text().encode("utf-8", "replace") + b"\n")


if __name__ == "__main__":
    main()
