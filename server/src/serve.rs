//! From the configuration to a running service, and its orderly end.

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
use crate::router;
use crate::runtime::connections;
use crate::state::App;
use crate::state::running_tasks::RunningTasks;
use crate::web::health;
use crate::web::site;
use crate::workers::retention;
use crate::workers::scoring;
use crate::workers::supervision::supervise;

/// Seconds that histograms tell apart.
const BUCKETS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// Time between two tidyings of the metrics.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// The scorer, by the configuration.
pub fn scorer(config: &Config) -> anyhow::Result<GeometryScorer> {
    let path = config.model.display();
    let model = std::fs::read(&config.model).with_context(|| format!("reading model {path}"))?;
    // A model whose weights were altered reads as well, and judges otherwise.
    let hash = hex::encode(Sha256::digest(&model));
    anyhow::ensure!(
        hash.eq_ignore_ascii_case(&config.model_sha256),
        "the model {path} is damaged or another one: its SHA-256 is {hash}, and should be {} (model_sha256)",
        config.model_sha256
    );
    let scorer = GeometryScorer::new(&model, config.limits, config.scorers.max(1)).context("the scorer")?;
    Ok(scorer.with_pad(Models::load(&config.pad.models, config.scorers)?))
}

/// Serves until `asked` ends; then takes no more requests, finishes those under way, and returns.
pub async fn serve(config: Config, asked: impl Future<Output = ()>) -> anyhow::Result<()> {
    for name in environment::ignored_variables() {
        tracing::info!(name, "a variable that Kubernetes made is no option, and passed over");
    }
    if !site::has_page(&config).await {
        bail!("page_dir: {} has no index.html; name the folder of the built page", config.page_dir.display());
    }
    let scorer = scorer(&config)?;
    for model in scorer.pad_models().iter() {
        tracing::info!(model = model.name(), "PAD model loaded");
    }
    if scorer.pad_models().is_empty() && config.scorers > 0 {
        tracing::info!("no PAD model is configured: only the light challenge detects a film on a screen (docs/PAD.md)");
    }
    let scorer: Arc<dyn Scorer> = Arc::new(scorer);
    let metrics = PrometheusBuilder::new().set_buckets(&BUCKETS)?.install_recorder()?;
    let entropy = system_entropy();
    let store = open_store(&config, &entropy).await?;
    let app = App::new(config, store, scorer, Arc::new(SystemClock), entropy).await?;

    scoring::start(&app);
    retention::start(&app);
    if let Some(address) = app.config.metrics_listen {
        let listener = TcpListener::bind(address).await.with_context(|| address.to_string())?.into_std()?;
        let metrics = metrics.clone();
        supervise(&app, "metrics", &RunningTasks::default(), move |app| {
            let (listener, metrics) = (listener.try_clone(), metrics.clone());
            async move {
                let served = async { serve_metrics(&app, listener?, metrics).await };
                if let Err(error) = served.await {
                    tracing::warn!(%error, "metrics cannot be served");
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

    let listener = TcpListener::bind(app.config.listen).await.with_context(|| app.config.listen.to_string())?;
    tracing::info!(address = %listener.local_addr()?, public_url = %app.config.public_url, "serving");
    if app.config.blob_keys.trim().is_empty() {
        tracing::warn!("captured files are stored in clear: set blob_keys to have them encrypted");
    }
    let (most, router) = (app.config.connections_at_once, router::router(app.clone()));
    let serving = connections::serve(listener, router, most, connections::IDLE, app.stop.clone());
    let mut serving = tokio::spawn(serving);
    let early = tokio::select! {
        () = asked => None,
        ended = &mut serving => Some(ended),
    };
    tracing::info!("stopping");
    app.stop.cancel();
    app.tasks.close();
    let accept_within = Duration::from_secs(app.config.shutdown_seconds);
    let unasked = early.is_some();
    let end = async {
        let served = match early {
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
        Err(_) => tracing::warn!("requests were still under way when the time to stop was over"),
    }
    anyhow::ensure!(!unasked, "no more requests are taken, though nobody asked to stop");
    tracing::info!("stopped");
    Ok(())
}

async fn serve_metrics(app: &App, listener: std::net::TcpListener, metrics: PrometheusHandle) -> std::io::Result<()> {
    let listener = TcpListener::from_std(listener)?;
    let stopped = app.stop.clone().cancelled_owned();
    axum::serve(listener, health::metrics_router(metrics)).with_graceful_shutdown(stopped).await
}
