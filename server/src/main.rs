//! `nearfar-server`: reads the command line and the configuration; the library does the rest.

use std::io::{self, IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Context;
use clap::{Parser, Subcommand};
use nearfar_server::clock::{Clock, SystemClock, system_entropy};
use nearfar_server::commands::accounts::{self, AccountCommand};
use nearfar_server::commands::pad::{self, PadCommand};
use nearfar_server::commands::show::{self, ShowArgs};
use nearfar_server::config::Config;
use nearfar_server::config::keys::open_store;
use nearfar_server::config::private_files;
use nearfar_server::runtime::logging;
use nearfar_server::serve;
use nearfar_server::study::{self, StudyCommand};
use nearfar_server::web::openapi;
use tokio::signal::unix::{SignalKind, signal};

/// The nearfar face-liveness service.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    /// A TOML file of options; the environment (NEARFAR_…, DATABASE_URL) comes before it.
    #[arg(long, env = "NEARFAR_CONFIG", global = true)]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves until it gets SIGTERM or SIGINT.
    Serve,
    /// Makes the database or brings it up to date, and ends.
    Migrate,
    /// Makes and changes accounts.
    #[command(subcommand)]
    Account(AccountCommand),
    /// Writes a page for people about a session: its pictures, every check, its figures and reasons.
    Show(ShowArgs),
    /// Asks the networks for presentation attack detection.
    #[command(subcommand)]
    Pad(PadCommand),
    /// Measures error rates on people and attacks of one's own: docs/STUDY.md.
    #[command(subcommand)]
    Study(StudyCommand),
    /// Prints the OpenAPI document, as `/openapi.json` gives it.
    Openapi,
}

#[tokio::main]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Where it cannot be told, the exit code tells.
            let _ = writeln!(io::stderr(), "Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> anyhow::Result<()> {
    private_files::keep_new_files_private();
    let config = Config::load(cli.config.as_deref())?;
    let _log = logging::start(&config)?;
    match cli.command {
        Command::Serve => serve::serve(config, stop_signal()?).await,
        Command::Migrate => {
            let store = open_store(&config, &system_entropy()).await?;
            store.close().await;
            print("the database is up to date")
        }
        Command::Account(command) => {
            let store = open_store(&config, &system_entropy()).await?;
            let told = accounts::run(&store, command, SystemClock.now()).await?;
            store.close().await;
            print(&told).context("it was done, but not told (rotate draws keys that were not seen anew)")
        }
        Command::Show(args) => {
            let scorer = serve::scorer(&config)?;
            let store = open_store(&config, &system_entropy()).await?;
            let written = show::write(&store, &scorer, &args).await?;
            store.close().await;
            print(&written.display().to_string())
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
            let store = open_store(&config, &system_entropy()).await?;
            let told = study::run(&store, &config, command, SystemClock.now()).await?;
            store.close().await;
            print(&told.text)?;
            match told.url.filter(|_| io::stdout().is_terminal()) {
                Some(url) => print(&study::qr_code(&url)?),
                None => Ok(()),
            }
        }
        Command::Openapi => print(&openapi::document().to_pretty_json()?),
    }
}

/// Not `println!`, which panics where it cannot write.
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
