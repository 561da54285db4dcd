//! `nearfar-server`: parses the command line and the configuration, and calls the library.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};
use nearfar_server::clock::{Clock, SystemClock, system_entropy};
use nearfar_server::commands::accounts::{self, AccountCommand};
use nearfar_server::commands::audit::{self, AuditCommand};
use nearfar_server::commands::backup::{self, BackupArgs, ErasuresArgs, RestoreArgs};
use nearfar_server::commands::config::{self, ConfigCommand};
use nearfar_server::commands::health::{self, HealthArgs};
use nearfar_server::commands::holds::{self, HoldCommand};
use nearfar_server::commands::keys::{self, KeyCommand};
use nearfar_server::commands::operators::{self, OperatorCommand};
use nearfar_server::commands::pad::{self, PadCommand};
use nearfar_server::commands::people::{self, PersonCommand};
use nearfar_server::commands::sessions::{self, SessionsCommand};
use nearfar_server::commands::show::{self, ShowArgs};
use nearfar_server::commands::statistics::{self, StatisticsArgs};
use nearfar_server::commands::webhooks::{self, WebhookCommand};
use nearfar_server::config::Config;
use nearfar_server::config::keys::{create_database_folder, existing_store_config, open_store};
use nearfar_server::config::private_files;
use nearfar_server::runtime::allocator;
use nearfar_server::runtime::logging;
use nearfar_server::runtime::os_user::command_actor;
use nearfar_server::serve;
use nearfar_server::study::{self, StudyCommand};
use nearfar_server::web::openapi;
use nearfar_store::Store;
use tokio::signal::unix::{SignalKind, signal};

/// The nearfar face-liveness service.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    /// A TOML file of options. Environment variables (NEARFAR_…, DATABASE_URL) take precedence.
    #[arg(long, env = "NEARFAR_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Runs the service until SIGTERM or SIGINT.
    Serve,
    /// Creates or migrates the database.
    Migrate,
    /// Manages accounts.
    #[command(subcommand)]
    Account(AccountCommand),
    /// Manages operators of the console.
    #[command(subcommand)]
    Operator(OperatorCommand),
    /// Verifies and exports the audit log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Manages the webhook endpoints of accounts: docs/WEBHOOKS.md.
    #[command(subcommand)]
    Webhook(WebhookCommand),
    /// Checks the options and what they name, or prints them.
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Copies an SQLite database and its captured files into a folder, while the service runs.
    Backup(BackupArgs),
    /// Restores a backup where there is neither a database nor captured files.
    Restore(RestoreArgs),
    /// Lists erased sessions as JSON lines: keep the list apart from the backups, for `restore --erased`.
    Erasures(ErasuresArgs),
    /// Rotates keys, and counts what each encrypts: docs/KEYS-AND-BACKUPS.md.
    #[command(subcommand)]
    Key(KeyCommand),
    /// Exports or erases everything about one person.
    #[command(subcommand)]
    Person(PersonCommand),
    /// Keeps sessions from being erased.
    #[command(subcommand)]
    Hold(HoldCommand),
    /// Writes an HTML page about a session: its pictures, every check with its figures and reasons.
    Show(ShowArgs),
    /// Lists sessions.
    #[command(subcommand)]
    Sessions(SessionsCommand),
    /// Prints statistics of sessions by day: funnel, verdicts, times and devices.
    Statistics(StatisticsArgs),
    /// Scores pictures with the networks for presentation attack detection.
    #[command(subcommand)]
    Pad(PadCommand),
    /// Measures error rates on your own people and attacks: docs/STUDY.md.
    #[command(subcommand)]
    Study(StudyCommand),
    /// Asks the running service whether it is ready, at `listen`: the health check of the container image.
    Health(HealthArgs),
    /// Prints the OpenAPI document served at `/openapi.json`.
    Openapi,
}

fn main() -> ExitCode {
    allocator::limit_arenas();
    run_command()
}

#[tokio::main]
async fn run_command() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // If stderr is unavailable, the exit code remains.
            let _ = writeln!(io::stderr(), "Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    private_files::restrict_new_files();
    let command = match cli.command {
        // An invalid configuration must not stop its own check.
        Command::Config(ConfigCommand::Check { offline }) => return check_config(cli.config.as_deref(), offline).await,
        Command::Config(ConfigCommand::Show { json }) => return print(&config::show(cli.config.as_deref(), json)?),
        Command::Key(KeyCommand::Generate) => return print(&keys::generate(&system_entropy())),
        command => command,
    };
    let config = Config::load(cli.config.as_deref())?;
    let _log = logging::start(&config)?;
    match command {
        Command::Config(_) => Ok(()),
        Command::Serve => serve::serve(config, stop_signal()?).await,
        Command::Migrate => {
            with_store(&config, async |_| Ok(())).await?;
            print("the database is up to date")
        }
        Command::Account(command) => {
            let run = async |store: &Store| accounts::run(store, command, &command_actor(), SystemClock.now()).await;
            let output = with_store(&config, run).await?;
            print(&output).context("the command succeeded, but its output was lost (rotate creates new keys)")
        }
        Command::Operator(command) => {
            let run = async |store: &Store| {
                operators::run(store, &config, command, &command_actor(), SystemClock.now()).await
            };
            let output = with_store(&config, run).await?;
            print(&output).context("the command succeeded, but its output was lost (reset makes a new link)")
        }
        Command::Audit(command) => {
            with_store(&config, async |store| audit::run(store, command, &command_actor(), SystemClock.now()).await)
                .await
        }
        Command::Webhook(command) => {
            let run = async |store: &Store| {
                webhooks::run(store, &config, command, &command_actor(), &SystemClock, &system_entropy()).await
            };
            let output = with_store(&config, run).await?;
            print(&output).context("the command succeeded, but its output was lost (rotate creates a new secret)")
        }
        Command::Sessions(command) => {
            let run = async |store: &Store| sessions::run(store, command, &command_actor(), SystemClock.now()).await;
            print(&with_store(&config, run).await?)
        }
        Command::Statistics(args) => {
            print(&with_store(&config, async |store| statistics::run(store, args, SystemClock.now()).await).await?)
        }
        Command::Backup(args) => {
            let run = async |store: &Store| {
                backup::backup(store, &args, &command_actor(), SystemClock.now(), &mut note).await
            };
            print(&with_store(&config, run).await?)
        }
        Command::Restore(args) => {
            let settings = existing_store_config(&config)?;
            create_database_folder(&config)?;
            let (actor, now) = (command_actor(), SystemClock.now());
            print(&backup::restore(&settings, &args, &system_entropy(), &actor, now).await?)
        }
        Command::Erasures(args) => {
            let run = async |store: &Store| backup::erasures(store, &args, &command_actor(), SystemClock.now()).await;
            print(&with_store(&config, run).await?)
        }
        Command::Key(command) => {
            let run = async |store: &Store| {
                keys::run(store, &config, &system_entropy(), command, &command_actor(), &SystemClock, &mut note).await
            };
            print(&with_store(&config, run).await?)
        }
        Command::Person(command) => {
            let run = async |store: &Store| people::run(store, command, &command_actor(), SystemClock.now()).await;
            print(&with_store(&config, run).await?)
        }
        Command::Hold(command) => {
            let run = async |store: &Store| holds::run(store, command, &command_actor(), SystemClock.now()).await;
            print(&with_store(&config, run).await?)
        }
        Command::Show(args) => {
            let scorer = serve::scorer(&config)?;
            let run =
                async |store: &Store| show::write(store, &scorer, &args, &command_actor(), SystemClock.now()).await;
            print(&with_store(&config, run).await?.display().to_string())
        }
        Command::Pad(PadCommand::Check { pictures }) => {
            let report = pad::check(&serve::scorer(&config)?, &pictures)?;
            if !report.figures.is_empty() {
                print(report.figures.trim_end())?;
            }
            anyhow::ensure!(report.errors.is_empty(), "{}", report.errors.join("\n"));
            Ok(())
        }
        Command::Study(StudyCommand::Interval { errors, trials }) => print(&study::interval(errors.zip(trials))?),
        Command::Study(command) => {
            study::configured(&config)?;
            let run =
                async |store: &Store| study::run(store, &config, command, &command_actor(), SystemClock.now()).await;
            let output = with_store(&config, run).await?;
            print(&output.text)?;
            match output.url.filter(|_| io::stdout().is_terminal()) {
                Some(url) => print(&study::qr_code(&url)?),
                None => Ok(()),
            }
        }
        Command::Health(args) => print(&health::check(config.listen, &args).await?),
        Command::Openapi => print(&openapi::document().to_pretty_json()?),
    }
}

/// Opens the store, runs a command, and closes the store, even if the command fails.
async fn with_store<T>(config: &Config, run: impl AsyncFnOnce(&Store) -> anyhow::Result<T>) -> anyhow::Result<T> {
    let store = open_store(config, &system_entropy()).await?;
    let done = run(&store).await;
    store.close().await;
    done
}

async fn check_config(file: Option<&Path>, offline: bool) -> anyhow::Result<()> {
    let scorer = |config: &Config| serve::scorer(config).map(drop);
    let report = config::check(file, offline, &system_entropy(), scorer).await;
    print(&report.to_string())?;
    anyhow::ensure!(report.faults.is_empty(), "faults: {}", report.faults.len());
    Ok(())
}

/// Progress on standard error.
fn note(line: &str) {
    // If stderr is unavailable, the command goes on.
    let _ = writeln!(io::stderr(), "{line}");
}

/// Not `println!`, which panics if stdout is unavailable.
fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).context("writing to standard output")
}

fn stop_signal() -> anyhow::Result<impl Future<Output = ()>> {
    let mut term = signal(SignalKind::terminate())?;
    let mut int = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
    })
}
