//! Logs without ever blocking the service: requests queue their lines; lines that cannot be written are dropped and
//! counted.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::{self, IsTerminal, Write};
use std::panic::PanicHookInfo;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::Duration;

use anyhow::{Context, anyhow};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, registry};

use crate::config::{Config, LogFormat};
use crate::runtime::traces;

/// Maximum number of queued lines.
const QUEUE_CAPACITY: usize = 4096;
/// How long shutdown waits for the last lines.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(2);

/// Flushes queued lines and spans when dropped.
#[derive(Debug)]
#[must_use = "dropped, it writes what is waiting"]
pub struct LogGuard {
    lines: LogQueue,
    _traces: Option<traces::Exporter>,
}

/// Starts logging to stderr, panics included, and exporting traces.
///
/// # Errors
/// For an invalid filter or endpoint, and if no thread can be started.
pub fn start(config: &Config) -> anyhow::Result<LogGuard> {
    let lines = LogQueue::to(io::stderr())?;
    let log = tracing_subscriber::fmt::layer()
        .with_ansi(io::stderr().is_terminal())
        // Its messages about failed writes would go to the same place.
        .log_internal_errors(false)
        .with_writer(lines.clone());
    let log = match config.log_format {
        LogFormat::Text => log.boxed(),
        LogFormat::Json => log.json().boxed(),
    };
    let log = log.with_filter(EnvFilter::try_new(&config.log).context("log")?);
    let (spans, exporter) = traces::layer(config)?.unzip();
    registry().with(log).with(spans).try_init().map_err(|error| anyhow!(error)).context("the log")?;
    std::panic::set_hook(Box::new(panicked));
    Ok(LogGuard { lines, _traces: exporter })
}

/// The standard hook writes to stderr from the panicking thread.
fn panicked(panic: &PanicHookInfo<'_>) {
    let place = panic.location().map(ToString::to_string).unwrap_or_default();
    let trace = Backtrace::capture();
    let trace = (trace.status() == BacktraceStatus::Captured).then(|| trace.to_string());
    tracing::error!(panic = panic.payload_as_str().unwrap_or_default(), place, trace, "a panic");
}

impl Drop for LogGuard {
    fn drop(&mut self) {
        let (done, written) = sync_channel(1);
        // If the queue is full or the thread gone, there is nothing to wait for.
        if self.lines.queue.try_send(Message::Flush(done)).is_ok() {
            let _ = written.recv_timeout(FLUSH_TIMEOUT);
        }
    }
}

enum Message {
    Line(Vec<u8>),
    Flush(SyncSender<()>),
}

/// The queue of the one thread that writes lines.
#[derive(Clone, Debug)]
struct LogQueue {
    queue: SyncSender<Message>,
    lost: Arc<AtomicU64>,
}

impl LogQueue {
    fn to(sink: impl Write + Send + 'static) -> anyhow::Result<Self> {
        let (queue, waiting) = sync_channel(QUEUE_CAPACITY);
        let lines = Self { queue, lost: Arc::default() };
        let lost = lines.lost.clone();
        let thread = std::thread::Builder::new().name("log".into());
        thread.spawn(move || write_all(&waiting, sink, &lost)).context("the log's thread")?;
        Ok(lines)
    }
}

impl<'a> MakeWriter<'a> for LogQueue {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The subscriber writes whole lines.
impl Write for LogQueue {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.queue.try_send(Message::Line(line.to_vec())).is_err() {
            count(&self.lost);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn count(lost: &AtomicU64) {
    let lost = lost.fetch_add(1, Ordering::Relaxed) + 1;
    // An absolute value, because lines can be lost before the recorder exists.
    metrics::counter!("nearfar_log_lines_lost_total").absolute(lost);
}

fn write_all(waiting: &Receiver<Message>, mut sink: impl Write, lost: &AtomicU64) {
    let mut torn = false;
    for message in waiting {
        match message {
            Message::Line(line) => {
                // Starts a new line after a truncated one.
                let written = if torn { sink.write_all(b"\n") } else { Ok(()) };
                torn = written.and_then(|()| sink.write_all(&line)).is_err();
                if torn {
                    count(lost);
                }
            }
            Message::Flush(done) => {
                let _ = sink.flush();
                // The caller may be gone.
                let _ = done.try_send(());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    /// Accepts some bytes, then none until there is space again.
    #[derive(Clone, Default)]
    struct Disk(Arc<Mutex<(Vec<u8>, usize)>>);

    impl Write for Disk {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let mut disk = self.0.lock().unwrap();
            let taken = bytes.len().min(disk.1);
            disk.1 -= taken;
            disk.0.extend_from_slice(&bytes[..taken]);
            if taken == 0 { Err(io::ErrorKind::StorageFull.into()) } else { Ok(taken) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn unwritable_log_lines_are_dropped_and_counted() {
        let disk = Disk::default();
        let mut lines = LogQueue::to(disk.clone()).unwrap();
        let flush = |lines: &LogQueue| {
            let (done, written) = sync_channel(1);
            lines.queue.send(Message::Flush(done)).unwrap();
            written.recv().unwrap();
        };
        disk.0.lock().unwrap().1 = 8;
        for line in ["one\n", "second\n", "third\n"] {
            lines.write_all(line.as_bytes()).unwrap();
        }
        flush(&lines);
        assert_eq!(lines.lost.load(Ordering::Relaxed), 2);
        disk.0.lock().unwrap().1 = 100;
        lines.write_all(b"fourth\n").unwrap();
        flush(&lines);
        assert_eq!(String::from_utf8_lossy(&disk.0.lock().unwrap().0), "one\nseco\nfourth\n");
        assert_eq!(lines.lost.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn a_blocked_log_reader_does_not_block_writers() {
        let disk = Disk::default();
        let held = disk.0.lock().unwrap();
        let mut lines = LogQueue::to(disk.clone()).unwrap();
        for _ in 0..QUEUE_CAPACITY + 10 {
            lines.write_all(b"line\n").unwrap();
        }
        let lost = lines.lost.load(Ordering::Relaxed);
        assert!((9..=10).contains(&lost), "{lost}: all but what waits and the one that is being written");
        drop(held);
    }
}
