"""registry serve: the built-in server, one process with threads."""

import logging
import signal
import sys
import threading
from types import FrameType

import click
import structlog
from waitress.server import create_server

from registry import wording
from registry.accounts.service import ensure_setup_code
from registry.app import MAX_REQUEST_BYTES, create_app
from registry.bootstrap import open_registry
from registry.cli.output import Place, refusals, say


def add_to(main: click.Group) -> None:
    main.add_command(serve)


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="Port to listen on.")
@click.option(
    "--data",
    "folder",
    type=click.Path(file_okay=False),
    help="Data folder, as for the registry command itself.",
)
@click.pass_obj
def serve(place: Place, host: str, port: int, folder: str | None) -> None:
    """Start the registry; the first start prepares database, data and index, and prints how to make the first account."""
    with refusals():
        log_as_json()
        changes = {"index_in_background": True, **({"data": folder} if folder else {})}
        settings = place.settings.model_validate({**place.settings.model_dump(), **changes})
        refuse_to_be_public_without_https(host, settings.https)
        registry = open_registry(settings)
        app = create_app(registry)
        server = create_server(
            app,
            host=host,
            port=port,
            threads=settings.threads,
            max_request_body_size=MAX_REQUEST_BYTES,
            ident=None,
        )
        registry.sync.drain_quietly()
        registry.start()
        code = ensure_setup_code(registry.database)
        address = f"http://{host}:{server.effective_port}{settings.prefix}/"
        say(wording.label("cli", "serving").format(address=address))
        if code is not None:
            say(wording.label("cli", "setup_code").format(address=f"{address}setup", code=code))

        def stop(_signal: int, _frame: FrameType | None) -> None:
            threading.Thread(target=server.close).start()
            raise SystemExit(0)

        signal.signal(signal.SIGTERM, stop)
        try:
            server.run()
        except (KeyboardInterrupt, SystemExit):
            pass
        finally:
            registry.stop()


LOOPBACK = ("127.0.0.1", "::1", "localhost")


def refuse_to_be_public_without_https(host: str, https: bool) -> None:
    """Passwords must not travel in the clear: other addresses than loopback need REGISTRY_HTTPS and a TLS proxy."""
    if host not in LOOPBACK and not https:
        say(wording.label("cli", "needs_https").format(host=host))
        sys.exit(2)


def log_as_json() -> None:
    """Log lines as JSON on stderr, one event with its fields a line."""
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[
                structlog.stdlib.add_log_level,
                structlog.stdlib.add_logger_name,
                structlog.processors.TimeStamper(fmt="iso", utc=True),
                structlog.stdlib.ExtraAdder(),
            ],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("registry").setLevel(logging.INFO)
