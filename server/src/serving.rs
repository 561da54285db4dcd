//! From the configuration to a running service, and its orderly end.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use metrics_exporter_prometheus::PrometheusBuilder;
use nearfar_scoring::{GeometryScorer, Scorer};
use tokio::net::TcpListener;

use crate::app::App;
use crate::clock::{SystemClock, system_entropy};
use crate::config::Config;
use crate::keys::open_store;
use crate::{health, judging, router, sweeping};

/// Seconds that histograms tell apart.
const BUCKETS: [f64; 11] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0];

/// The scorer, by the configuration.
pub fn scorer(config: &Config) -> anyhow::Result<GeometryScorer> {
    let model = std::fs::read(&config.model).with_context(|| format!("reading model {}", config.model.display()))?;
    GeometryScorer::new(&model, config.limits, config.scorers.max(1)).context("the scorer")
}

/// Serves until `asked` ends; then takes no more requests, finishes those under way, and returns.
pub async fn serve(config: Config, asked: impl Future<Output = ()>) -> anyhow::Result<()> {
    let scorer: Arc<dyn Scorer> = Arc::new(scorer(&config)?);
    let metrics = PrometheusBuilder::new().set_buckets(&BUCKETS)?.install_recorder()?;
    let entropy = system_entropy();
    let store = open_store(&config, &entropy).await?;
    let app = App::new(config, store, scorer, Arc::new(SystemClock), entropy).await?;

    let listener = TcpListener::bind(app.config.listen).await.with_context(|| app.config.listen.to_string())?;
    tracing::info!(address = %listener.local_addr()?, public_url = %app.config.public_url, "serving");
    if let Some(address) = app.config.metrics_listen {
        let listener = TcpListener::bind(address).await.with_context(|| address.to_string())?;
        let stopped = app.stop.clone().cancelled_owned();
        let serving = axum::serve(listener, health::metrics_router(metrics.clone())).with_graceful_shutdown(stopped);
        tokio::spawn(async move { serving.await });
    }
    let upkeep = metrics.clone();
    tokio::spawn(async move {
        loop {
            tokio::time::sleep(Duration::from_secs(5)).await;
            upkeep.run_upkeep();
        }
    });
    judging::start(&app);
    sweeping::start(&app);

    let serving = axum::serve(listener, router::router(app.clone()))
        .with_graceful_shutdown(app.stop.clone().cancelled_owned())
        .into_future();
    let serving = tokio::spawn(serving);
    asked.await;
    tracing::info!("stopping");
    app.stop.cancel();
    app.tasks.close();
    let patience = Duration::from_secs(app.config.shutdown_seconds);
    let ended = tokio::time::timeout(patience, async { (serving.await, app.tasks.wait().await).0 }).await;
    match ended {
        Ok(served) => served??,
        Err(_) => tracing::warn!("requests were still under way when the time to stop was over"),
    }
    app.store.close().await;
    tracing::info!("stopped");
    Ok(())
}
