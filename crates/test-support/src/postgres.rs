//! Runs a temporary PostgreSQL for tests.

use std::io::Write;
use std::os::unix::fs::MetadataExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

/// The environment variable that names a PostgreSQL to use instead of starting one: a URL without a database name, of a
/// user who may create databases, such as `postgres://postgres@localhost?host=/tmp/socket-folder`.
pub const URL_VARIABLE: &str = "TEST_POSTGRES";

/// If set, tests that need PostgreSQL fail without it instead of being skipped.
const REQUIRE_VARIABLE: &str = "TEST_REQUIRE_POSTGRES";

/// A PostgreSQL server on a Unix socket. It ends with the process that started it, however that ends.
pub struct Cluster {
    folder: PathBuf,
    /// Stops the server and removes its folder once its standard input is closed.
    keeper: Child,
}

impl Cluster {
    /// Starts a server.
    ///
    /// # Errors
    /// The error is a message.
    pub fn start() -> Result<Self, String> {
        let binaries = find_binaries().ok_or("no initdb found in PATH or /usr/lib/postgresql/*/bin")?;
        let folder = output(as_user("mktemp").args(["-d", "/tmp/nearfar-postgres.XXXXXX"]))?;
        let folder = PathBuf::from(folder.trim());
        let data = folder.join("data");
        let keeper = "read -r _; \"$0/pg_ctl\" -D \"$1/data\" -m immediate stop; rm -rf \"$1\"";
        let keeper = as_user("sh")
            .args(["-c", keeper])
            .args([&binaries, &folder])
            // In another process group: an interrupt from the keyboard must not end it before it has cleaned up.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|error| format!("sh: {error}"))?;
        let cluster = Cluster { folder, keeper };
        output(
            as_user(binaries.join("initdb"))
                .args(["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"])
                .arg(&data),
        )?;
        // fsync is off: these tests do not concern PostgreSQL's own durability.
        let options =
            format!("-c listen_addresses='' -c fsync=off -c max_connections=200 -k {}", cluster.folder.display());
        let log = cluster.folder.join("log");
        output(
            as_user(binaries.join("pg_ctl"))
                .args(["start", "--wait", "--silent", "-o", &options, "-l"])
                .arg(&log)
                .arg("-D")
                .arg(&data),
        )
        .map_err(|error| format!("{error}\n{}", std::fs::read_to_string(&log).unwrap_or_default()))?;
        Ok(cluster)
    }

    /// The server's URL, without a database name.
    pub fn url(&self) -> String {
        format!("postgres://postgres@localhost?host={}", self.folder.display())
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// The URL of this process's PostgreSQL, started on first use; `None` with a visible warning if there is none.
pub(crate) fn shared_url() -> Option<&'static str> {
    static URL: OnceLock<Option<String>> = OnceLock::new();
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    let url = URL.get_or_init(|| {
        if let Ok(url) = std::env::var(URL_VARIABLE) {
            return Some(url);
        }
        match Cluster::start() {
            Ok(cluster) => Some(CLUSTER.get_or_init(|| cluster).url()),
            Err(why) if std::env::var_os(REQUIRE_VARIABLE).is_some() => panic!("PostgreSQL is required: {why}"),
            Err(why) => {
                // Not by eprintln!, which the test harness captures.
                let line = format!("\n!!!! SKIPPED: the tests on PostgreSQL. It cannot be had here: {why} !!!!\n\n");
                let _ = std::io::stderr().write_all(line.as_bytes());
                None
            }
        }
    });
    url.as_deref()
}

/// PostgreSQL refuses to run as root: it then runs as the user `postgres` of its package.
fn as_user(program: impl AsRef<Path>) -> Command {
    let is_root = std::fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0);
    let mut command = if is_root {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(program.as_ref());
        command
    } else {
        Command::new(program.as_ref())
    };
    // That user may have no access to the tests' folder.
    command.current_dir("/");
    command
}

fn output(command: &mut Command) -> Result<String, String> {
    let name = format!("{command:?}");
    // To a file, not a pipe: the server started by pg_ctl would keep a pipe open forever.
    let mut log = tempfile::tempfile().map_err(|error| error.to_string())?;
    let errors = log.try_clone().map_err(|error| error.to_string())?;
    let output = log.try_clone().map_err(|error| error.to_string())?;
    let status = command.stdin(Stdio::null()).stdout(output).stderr(errors).status();
    let status = status.map_err(|error| format!("{name}: {error}"))?;
    let mut text = String::new();
    std::io::Seek::rewind(&mut log).map_err(|error| error.to_string())?;
    std::io::Read::read_to_string(&mut log, &mut text).map_err(|error| error.to_string())?;
    if status.success() { Ok(text) } else { Err(format!("{name}: {status}: {text}")) }
}

/// The newest PostgreSQL in Debian's layout, else the one in PATH.
fn find_binaries() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let newest = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path().join("bin"))))
        .filter(|(_, folder)| folder.join("initdb").is_file())
        .max();
    let in_path = || {
        let path = std::env::var_os("PATH")?;
        std::env::split_paths(&path).find(|folder| folder.join("initdb").is_file())
    };
    newest.map(|(_, folder)| folder).or_else(in_path)
}
