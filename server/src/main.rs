//! `nearfar-server`: reads the command line and the configuration; the library does the rest.

use std::io::IsTerminal;
use std::path::PathBuf;

use clap::{Parser, Subcommand};
use nearfar_server::accounts::{self, AccountCommand};
use nearfar_server::clock::{Clock, SystemClock, system_entropy};
use nearfar_server::config::{Config, LogFormat};
use nearfar_server::keys::open_store;
use nearfar_server::operator::{self, ShowArgs};
use nearfar_server::serving;
use tokio::signal::unix::{SignalKind, signal};
use tracing_subscriber::EnvFilter;

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
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let cli = Cli::parse();
    let config = Config::load(cli.config.as_deref())?;
    start_log(&config)?;
    match cli.command {
        Command::Serve => serving::serve(config, asked_to_stop()?).await,
        Command::Migrate => {
            let store = open_store(&config, &system_entropy()).await?;
            store.close().await;
            println!("the database is up to date");
            Ok(())
        }
        Command::Account(command) => {
            let store = open_store(&config, &system_entropy()).await?;
            let told = accounts::run(&store, command, SystemClock.now()).await?;
            println!("{told}");
            store.close().await;
            Ok(())
        }
        Command::Show(args) => {
            let scorer = serving::scorer(&config)?;
            let store = open_store(&config, &system_entropy()).await?;
            let written = operator::write(&store, &scorer, &args).await?;
            store.close().await;
            println!("{}", written.display());
            Ok(())
        }
    }
}

fn start_log(config: &Config) -> anyhow::Result<()> {
    let log = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(&config.log)?)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    match config.log_format {
        LogFormat::Text => log.init(),
        LogFormat::Json => log.json().init(),
    }
    Ok(())
}

fn asked_to_stop() -> anyhow::Result<impl Future<Output = ()>> {
    let mut term = signal(SignalKind::terminate())?;
    let mut int = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = term.recv() => {}
            _ = int.recv() => {}
        }
    })
}
