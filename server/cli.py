"""The `estospaces` command. Exit codes: 0 done, 1 it could not be done (one line says why), 2 wrong usage."""

import asyncio
import gc
import json
import sys
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer
from pydantic import SecretStr, ValidationError
from rich.console import Console

from server.core.errors import AppError, StartupError

# Commands import what they need when they run: all of it takes seconds, and `--help` should not.
if TYPE_CHECKING:
    from server.core.database import Database
    from server.core.settings import Settings

cli = typer.Typer(
    add_completion=False,
    no_args_is_help=False,
    pretty_exceptions_enable=False,
    help="EstoSpaces: find a home, book it, live there. Without a command the whole product starts.",
)
out = Console()
err = Console(stderr=True)

Port = Annotated[int | None, typer.Option(help="Where to listen. 0 takes any free port.", min=0, max=65535)]
DataDir = Annotated[Path | None, typer.Option(help="Where the embedded database and files live.")]
Host = Annotated[str | None, typer.Option(help="Which address to listen on.")]
Action = Callable[["Settings", "Database"], Awaitable[None]]


def main() -> None:
    """The entry point: one clear line instead of a traceback for what people can mend."""
    cli()


@contextmanager
def _one_line() -> Iterator[None]:
    try:
        yield
    except (StartupError, AppError) as problem:
        _fail(str(problem))
    except KeyboardInterrupt:
        raise typer.Exit(130) from None


def _fail(line: str) -> None:
    err.print(f"estospaces: {line}", style="bold red", markup=False, highlight=False, soft_wrap=True)
    raise typer.Exit(1)


def _wrong(problem: ValidationError) -> str:
    """What is wrong with which value, without the value: it may be a secret."""
    found = (f"{'.'.join(map(str, e['loc'])).upper()} {_plain(e['msg'])}" for e in problem.errors())
    return "; ".join(found)


def _plain(words: str) -> str:
    words = words.removeprefix("Value error, ")
    return words[0].lower() + words[1:]


def _settings(port: int | None = None, data_dir: Path | None = None, host: str | None = None) -> "Settings":
    from server.core import logging

    settings = _read_settings(port=port, data_dir=data_dir, host=host)
    settings.require_production_secrets()
    logging.set_up("json" if settings.in_production else settings.log_format)
    return settings


def _read_settings(**given: Any) -> "Settings":
    """The settings of the environment and `.env`, under those given here. Raises StartupError."""
    from server.core.settings import Settings, require_readable_env_file

    require_readable_env_file()
    try:
        return Settings(**{name: value for name, value in given.items() if value is not None})
    except ValidationError as problem:
        raise StartupError(f"The settings cannot be used: {_wrong(problem)}.") from problem


def _with_database(settings: "Settings", action: Action) -> None:
    """Run `action` on the database, embedded or given."""
    from server.launch import database_url, ending_on_signals, open_database

    async def run(url: str) -> None:
        async with open_database(url, settings) as database:
            await action(settings, database)

    try:
        with ending_on_signals(), database_url(settings) as url:
            asyncio.run(run(url))
    finally:
        # What is left goes with the process. Python would look through all of it once more, which can take seconds.
        gc.freeze()


@cli.callback(invoke_without_command=True)
def everything(
    context: typer.Context,
    port: Port = None,
    data_dir: DataDir = None,
    host: Host = None,
    empty: Annotated[bool, typer.Option("--empty", help="Leave an empty database empty.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", help="Show the log here, not only in its file.")] = False,
) -> None:
    """Start the whole product: database, API, worker and web client."""
    if context.invoked_subcommand is not None:
        return
    with _one_line():
        settings = _settings(port, data_dir, host)
        from server import schema
        from server.launch import data_folder, listen, serve_and_work, stop_on_signals

        listener = listen(settings)
        settings.port = listener.getsockname()[1]
        if not verbose and not settings.in_production:
            _keep_log(data_folder(settings) / "estospaces.log")

        async def run(settings: "Settings", database: "Database") -> None:
            await schema.migrate(database)
            if not empty and not settings.in_production:
                await _fill_if_empty(settings, database)
            with stop_on_signals() as stop:
                words = f"\nEstoSpaces is ready: [bold]{settings.public_origin}[/bold]   (Ctrl-C stops it)\n"
                words += "" if verbose else f"What it does is written to {settings.data_dir / 'estospaces.log'}\n"
                await serve_and_work(settings, database, listener, stop, lambda: out.print(words))
                out.print("Stopped. Nothing is lost; start it again any time.")

        _with_database(settings, run)


def _keep_log(file: Path) -> None:
    """Keep a terminal for what people must read: a line for each request goes to a file. Raises StartupError."""
    from server.core import logging

    try:
        logging.keep_in(file)
    except OSError as problem:
        raise StartupError(f"{file} cannot be written: {problem.strerror or problem}.") from problem


async def _fill_if_empty(settings: "Settings", database: "Database") -> None:
    """The demo in an empty database, and its sign-ins wherever the demo is."""
    from server import app  # noqa: F401  importing the rooms registers what the demo leaves to jobs
    from server.core.limits import JOBS
    from server.demo import service as demo

    if await demo.is_empty(database):
        out.print("Making homes, people and stays to look at (--empty starts without them) …")
        async with database.apart(JOBS, pool=1) as own:
            await demo.fill(own, settings, lambda made: out.print(f"  {made}"))
    known = await demo.sign_ins(database)
    if known is not None:
        out.print(
            f"Sign in with the password [bold]{known.password}[/bold] as\n"
            f"  tenant    {known.tenant}\n  landlord  {known.landlord}\n  admin     {known.admin}",
            highlight=False,
        )


@cli.command("serve")
def serve_command(port: Port = None, data_dir: DataDir = None, host: Host = None) -> None:
    """Serve the API and the web client, without running jobs."""
    with _one_line():
        settings = _settings(port, data_dir, host)
        from server.launch import listen, require_migrated, serve, stop_on_signals

        listener = listen(settings)
        settings.port = listener.getsockname()[1]

        async def run(settings: "Settings", database: "Database") -> None:
            with stop_on_signals() as stop:
                await require_migrated(database)
                words = f"EstoSpaces serves: {settings.public_origin}"
                await serve(settings, database, listener, stop, lambda: out.print(words))

        _with_database(settings, run)


@cli.command("worker")
def worker_command(
    data_dir: DataDir = None,
    queues: Annotated[str, typer.Option(help="Run the jobs of these queues alone, such as mail,default.")] = "",
    concurrency: Annotated[
        int, typer.Option(help="How many jobs run at a time; each queue has at least one place.", min=1, max=64)
    ] = 8,
) -> None:
    """Run jobs: what lapses, what follows from events, imports."""
    with _one_line():
        settings = _settings(data_dir=data_dir)
        from server.launch import require_migrated, stop_on_signals
        from server.worker import queues_of, work_until

        wanted = queues_of(queues)

        async def run(settings: "Settings", database: "Database") -> None:
            with stop_on_signals() as stop:
                await require_migrated(database)
                await work_until(database, stop, settings, queues=wanted, concurrency=concurrency)

        _with_database(settings, run)


@cli.command("migrate")
def migrate_command(data_dir: DataDir = None) -> None:
    """Bring the database to the newest revision."""
    with _one_line():
        settings = _settings(data_dir=data_dir)
        from server import schema

        async def run(_: "Settings", database: "Database") -> None:
            await schema.migrate(database)
            out.print(f"The database is at revision {schema.newest()}.")

        _with_database(settings, run)


@cli.command("check")
def check_command(data_dir: DataDir = None) -> None:
    """Look whether the data holds what is promised. Exit code 1, with what breaks it, if it does not."""
    from server import invariants
    from server.launch import require_migrated

    async def run(_: "Settings", database: "Database") -> None:
        await require_migrated(database)
        broken = 0
        for invariant in invariants.INVARIANTS:
            found = await invariants.violations_of(database, invariant)
            broken += bool(found)
            out.print(f"{'broken' if found else 'holds '}  {invariant.meaning}", markup=False, highlight=False)
            for one in found:
                out.print(f"        {' '.join(map(str, (one.id, *one.more)))}", markup=False, highlight=False)
        if broken:
            raise StartupError(f"{broken} of {len(invariants.INVARIANTS)} promises are broken.")

    with _one_line():
        _with_database(_settings(data_dir=data_dir), run)


@cli.command("create-admin")
def create_admin_command(
    email: Annotated[str, typer.Argument(help="The admin's e-mail.")],
    name: Annotated[str, typer.Option(help="The name others see.")] = "Admin",
    password: Annotated[
        str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True, envvar="ADMIN_PASSWORD")
    ] = "",
    data_dir: DataDir = None,
) -> None:
    """Make an account an admin, and open it first if there is none. The password is asked for, or ADMIN_PASSWORD."""
    from server.auth.service import accounts
    from server.core import clock
    from server.launch import require_migrated
    from shared_models.auth import Register, Role

    with _one_line():
        try:
            request = Register(email=email, password=SecretStr(password), name=name, roles=[Role.TENANT])
        except ValidationError as problem:
            raise StartupError(f"This cannot be an admin: {_wrong(problem)}.") from problem

        async def run(_: "Settings", database: "Database") -> None:
            await require_migrated(database)
            password_hash = await _new_hash(password, request.email, request.name)
            async with database.transaction() as session:
                id_ = known = await accounts.id_of_email(session, request.email)
                if id_ is None:
                    id_ = await accounts.add_person(
                        session, request.email, request.name, password_hash, request.roles, verified_at=clock.now()
                    )
                await accounts.make_admin(session, id_)
            out.print(f"{request.email} is an admin now{' (the password stays as it was)' if known else ''}.")

        _with_database(_settings(data_dir=data_dir), run)


async def _new_hash(password: str, *about: str) -> str:
    """The hash of a new password. Raises StartupError for one that is easy to guess."""
    from server.auth.passwords import service as passwords
    from server.core.errors import Malformed

    try:
        return await passwords.new_hash(password, *about)
    except Malformed as problem:
        raise StartupError(f"This cannot be an admin: {problem}.") from problem


@cli.command("remove-admin")
def remove_admin_command(
    email: Annotated[str, typer.Argument(help="The e-mail of an admin.")], data_dir: DataDir = None
) -> None:
    """Take the admin role away from an account, and sign it out everywhere. The account itself stays."""
    from server.auth.service import accounts
    from server.auth.service import door as auth
    from server.launch import require_migrated
    from shared_models.addresses import known_address
    from shared_models.auth import Role

    async def run(_: "Settings", database: "Database") -> None:
        await require_migrated(database)
        async with database.transaction() as session:
            id_ = await accounts.id_of_email(session, known_address(email))
            if id_ is None or Role.ADMIN not in await auth.roles_of(session, id_):
                raise StartupError(f"{email} is no admin.")
            await accounts.remove_admin(session, id_)
        out.print(f"{email} is no admin any more, and signed out everywhere.", highlight=False)

    with _one_line():
        _with_database(_settings(data_dir=data_dir), run)


@cli.command("openapi")
def openapi_command() -> None:
    """Print the OpenAPI of the API as JSON."""
    from server.app import create_app
    from server.core.database import Database

    with _one_line():
        app = create_app(_read_settings(), Database("postgresql://nobody@localhost/nothing"))
        json.dump(app.openapi(), sys.stdout, indent=2)
        sys.stdout.write("\n")


@cli.command("import")
def import_command(
    file: Annotated[
        Path | None, typer.Argument(help="A file of homes: CSV, .xlsx, .ods, BLM, Kyero or OpenImmo.")
    ] = None,
    source: Annotated[str, typer.Option(help="Where they come from; with their id it names a home for ever.")] = "csv",
    city: Annotated[str | None, typer.Option(help="The city of all homes, if no column says it.")] = None,
    country: Annotated[str | None, typer.Option(help="The country (ISO 3166, such as GB).")] = None,
    currency: Annotated[str | None, typer.Option(help="The currency of the prices (ISO 4217, such as GBP).")] = None,
    type_: Annotated[
        str | None, typer.Option("--type", help="What kind of home they are, if no column says it.")
    ] = None,
    let_type: Annotated[
        str | None, typer.Option(help="nightly or monthly: what the prices are for, if no column says it.")
    ] = None,
    decimal_mark: Annotated[
        str | None, typer.Option(help="A point or a comma: what parts decimals, where amounts do not say it.")
    ] = None,
    map_: Annotated[
        list[str] | None, typer.Option("--map", help="What a column means: column=field, as often as needed.")
    ] = None,
    instant_book: Annotated[bool, typer.Option(help="Whether they can be booked at once.")] = True,
    publish: Annotated[bool, typer.Option("--publish", help="Submit and approve what was created.")] = False,
    as_email: Annotated[str | None, typer.Option("--as", help="Import as this landlord or admin.")] = None,
    undo: Annotated[UUID | None, typer.Option(help="Take back the import with this id.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Import homes from a file. Stopped or killed, the same command goes on where it was."""
    from server import schema
    from server.core.limits import JOBS
    from server.import_file import ImportRequest, columns_named, import_file, require_options
    from server.launch import require_migrated
    from shared_models.imports import FileWide

    with _one_line():
        given = {"city": city, "country": country, "currency": currency, "type": type_, "let_type": let_type}
        given["decimal_mark"] = decimal_mark
        chosen = {name: value for name, value in given.items() if value is not None}
        try:
            file_wide = FileWide.model_validate({"source": source, "instant_book": instant_book, **chosen})
        except ValidationError as problem:
            raise StartupError(f"These options cannot be used: {_wrong(problem)}.") from problem
        request = ImportRequest(
            file=file,
            file_wide=file_wide,
            as_email=as_email,
            publish=publish,
            undo=undo,
            named=columns_named(map_ or ()),
        )
        require_options(request)

        async def run(settings: "Settings", database: "Database") -> None:
            if settings.database_url is None:
                await schema.migrate(database)
            await require_migrated(database)
            async with database.apart(JOBS, pool=2) as own:
                await import_file(own, request, out)

        _with_database(_settings(data_dir=data_dir), run)


@cli.command("demo")
def demo_command(
    csv: Annotated[
        int | None, typer.Option(help="Write a CSV file of this many homes instead.", min=1, max=100_000)
    ] = None,
    messy: Annotated[Path | None, typer.Option(help="The file to write, as messy as real ones are.")] = None,
    seed: Annotated[int, typer.Option(help="Other dice, another file.")] = 1,
    data_dir: DataDir = None,
) -> None:
    """Fill an empty database with demo homes, people and stays; or make a messy CSV file to import."""
    with _one_line():
        if (csv is None) != (messy is None):
            raise StartupError("--csv and --messy belong together: --csv 12189 --messy homes.csv")
        if csv is not None and messy is not None:
            _write_messy(messy, csv, seed)
            return
        from server import schema

        async def run(settings: "Settings", database: "Database") -> None:
            from server.demo import service as demo

            await schema.migrate(database)
            if not await demo.is_empty(database):
                raise StartupError("The database is not empty; nothing was changed.")
            await _fill_if_empty(settings, database)

        settings = _settings(data_dir=data_dir)
        if settings.in_production:
            raise StartupError("Demo data is refused in production: its passwords are known to everyone.")
        _with_database(settings, run)


def _write_messy(path: Path, rows: int, seed: int) -> None:
    from server.demo.messy import write_messy_csv

    try:
        write_messy_csv(path, rows, seed)
    except OSError as problem:
        raise StartupError(f"{path} cannot be written: {problem.strerror or problem}.") from problem
    out.print(f"Wrote {rows:,} homes to {path}.", highlight=False)
