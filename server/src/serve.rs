//! Starts the service and shuts it down.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, bail};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use nearfar_pad::Models;
use nearfar_scoring::{GeometryScorer, Scorer};
use sha2::{Digest, Sha256};
use tokio::net::TcpListener;

use crate::clock::{SystemClock, system_entropy};
use crate::config::Config;
use crate::config::environment;
use crate::config::keys::open_store;
use crate::console::{Console, routes};
use crate::router;
use crate::runtime::connections;
use crate::state::App;
use crate::state::running_tasks::RunningTasks;
use crate::web::health;
use crate::web::site;
use crate::workers::expiry;
use crate::workers::key_refresh;
use crate::workers::retention;
use crate::workers::scoring;
use crate::workers::supervision::supervise;
use crate::workers::webhooks;

/// Histogram buckets in seconds.
const BUCKETS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Maximum concurrent connections to the console.
const CONSOLE_CONNECTIONS: usize = 256;

/// Interval of metrics upkeep.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// Loads the configured scorer.
pub fn scorer(config: &Config) -> anyhow::Result<GeometryScorer> {
    let path = config.model.display();
    let model = std::fs::read(&config.model).with_context(|| format!("reading model {path}"))?;
    // A model with altered weights loads without errors but scores differently.
    let hash = hex::encode(Sha256::digest(&model));
    anyhow::ensure!(
        hash.eq_ignore_ascii_case(&config.model_sha256),
        "model {path} has the SHA-256 {hash}, expected {} (model_sha256)",
        config.model_sha256
    );
    let scorer = GeometryScorer::new(&model, config.limits, config.scorers.max(1)).context("the scorer")?;
    Ok(scorer.with_pad(Models::load(&config.pad.models, config.scorers)?))
}

/// Serves until `stop_requested` completes, then finishes running requests and returns.
pub async fn serve(config: Config, stop_requested: impl Future<Output = ()>) -> anyhow::Result<()> {
    for name in environment::ignored_variables() {
        tracing::info!(name, "a variable created by Kubernetes is ignored");
    }
    if !site::has_page(&config).await {
        bail!("page_dir: {} has no index.html; set it to the folder of the built page", config.page_dir.display());
    }
    let scorer = scorer(&config)?;
    for model in scorer.pad_models().iter() {
        tracing::info!(model = model.name(), "PAD model loaded");
    }
    if scorer.pad_models().is_empty() && config.scorers > 0 {
        tracing::info!(
            "no PAD model is configured: only the light challenge detects a video on a screen (docs/PAD.md)"
        );
    }
    let scorer: Arc<dyn Scorer> = Arc::new(scorer);
    let metrics = PrometheusBuilder::new().set_buckets(&BUCKETS)?.install_recorder()?;
    crate::runtime::metrics::describe();
    let entropy = system_entropy();
    let store = open_store(&config, &entropy).await?;
    let app = App::new(config, store, scorer, Arc::new(SystemClock), entropy).await?;

    scoring::start(&app);
    expiry::start(&app);
    retention::start(&app);
    webhooks::start(&app);
    key_refresh::start(&app);
    if let Some(address) = app.config.metrics_listen {
        let listener = TcpListener::bind(address).await.with_context(|| address.to_string())?.into_std()?;
        let metrics = metrics.clone();
        supervise(&app, "metrics", &RunningTasks::default(), move |app| {
            let (listener, metrics) = (listener.try_clone(), metrics.clone());
            async move {
                let served = async { serve_metrics(&app, listener?, metrics).await };
                if let Err(error) = served.await {
                    tracing::warn!(%error, "metrics are not available");
                }
            }
        });
    }
    supervise(&app, "upkeep of metrics", &RunningTasks::default(), move |app| {
        let metrics = metrics.clone();
        async move {
            while !app.stop.is_cancelled() {
                let pause = tokio::time::sleep(UPKEEP_EVERY);
                let _ = app.stop.run_until_cancelled(pause).await;
                metrics.run_upkeep();
            }
        }
    });

    if let Some(address) = app.config.console_listen {
        let listener = TcpListener::bind(address).await.with_context(|| format!("console_listen: {address}"))?;
        let router = routes::router(&Console::open(app.clone()).await?);
        tracing::info!(address = %listener.local_addr()?, url = app.config.console_url, "serving the console");
        if !app.config.console_is_https() {
            tracing::warn!("passwords of operators are sent unencrypted: set console_url to an https origin");
        }
        let serving = connections::serve(listener, router, CONSOLE_CONNECTIONS, connections::IDLE, app.stop.clone());
        app.tasks.spawn(serving);
    }

    let listener = TcpListener::bind(app.config.listen).await.with_context(|| app.config.listen.to_string())?;
    tracing::info!(address = %listener.local_addr()?, public_url = %app.config.public_url, "serving");
    if app.config.blob_keys.trim().is_empty() {
        tracing::warn!("captured files are stored unencrypted: set blob_keys");
    }
    let (limit, router) = (app.config.connections_at_once, router::router(app.clone()));
    let serving = connections::serve(listener, router, limit, connections::IDLE, app.stop.clone());
    let mut serving = tokio::spawn(serving);
    let ended_early = tokio::select! {
        () = stop_requested => None,
        ended = &mut serving => Some(ended),
    };
    tracing::info!("stopping");
    app.stop.cancel();
    app.tasks.close();
    let accept_within = Duration::from_secs(app.config.shutdown_seconds);
    let is_unexpected = ended_early.is_some();
    let end = async {
        let served = match ended_early {
            Some(served) => served,
            None => serving.await,
        };
        app.tasks.wait().await;
        served
    };
    let ended = tokio::time::timeout(accept_within, end).await;
    app.store.close().await;
    match ended {
        Ok(served) => served?,
        Err(_) => tracing::warn!("requests were still running at the end of the shutdown timeout"),
    }
    anyhow::ensure!(!is_unexpected, "the server stopped accepting requests unexpectedly");
    tracing::info!("stopped");
    Ok(())
}

async fn serve_metrics(app: &App, listener: std::net::TcpListener, metrics: PrometheusHandle) -> std::io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let stopped = app.stop.clone().cancelled_owned();
    axum::serve(listener, health::metrics_router(metrics)).with_graceful_shutdown(stopped).await
}
