//! An object store that fails on demand.

use async_trait::async_trait;
use futures::StreamExt;
use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::watch;

/// How the object store fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Works.
    None,
    /// Unreachable.
    Down,
    /// Can be read and deleted from, not written.
    Full,
    /// Can be written and read, not deleted from.
    Undeletable,
    /// Writes complete, but do not return until this changes.
    Held,
    /// Operations wait until this changes, and then complete, even if their callers are gone.
    Hanging,
}

/// Forwards to another object store unless set to fail.
#[derive(Clone, Debug)]
pub struct FaultyObjects {
    inner: Arc<dyn ObjectStore>,
    fault: watch::Sender<Fault>,
    /// Writes that still succeed before [`Fault::Full`]; negative: unlimited.
    room: Arc<AtomicI64>,
}

impl FaultyObjects {
    /// Starts without faults.
    pub fn new(inner: Arc<dyn ObjectStore>) -> Self {
        FaultyObjects { inner, fault: watch::Sender::new(Fault::None), room: Arc::new(AtomicI64::new(-1)) }
    }

    /// On that folder, which is created.
    ///
    /// # Panics
    /// If the folder cannot be created.
    pub fn in_folder(folder: &std::path::Path) -> Self {
        std::fs::create_dir_all(folder).expect("a folder");
        Self::new(Arc::new(LocalFileSystem::new_with_prefix(folder).expect("a folder")))
    }

    /// Sets the fault.
    pub fn set(&self, fault: Fault) {
        self.fault.send_replace(fault);
        self.room.store(-1, Ordering::SeqCst);
    }

    /// Becomes full after this many more writes.
    pub fn room_for(&self, writes: u32) {
        self.set(Fault::None);
        self.room.store(i64::from(writes), Ordering::SeqCst);
    }

    fn after_hanging<T: Send + 'static>(self, stream: BoxStream<'static, T>) -> BoxStream<'static, T> {
        futures::stream::once(async move { self.hang().await })
            .flat_map(|()| futures::stream::empty())
            .chain(stream)
            .boxed()
    }

    fn refuse_if(&self, faults: &[Fault]) -> Result<()> {
        let fault = *self.fault.borrow();
        if faults.contains(&fault) {
            return Err(Error::Generic { store: "faulty", source: format!("staged: {fault:?}").into() });
        }
        Ok(())
    }

    /// Waits while hanging.
    async fn hang(&self) {
        // The channel stays open: this holds a sender.
        let _ = self.fault.subscribe().wait_for(|fault| *fault != Fault::Hanging).await;
    }

    fn refuse_write(&self) -> Result<()> {
        let room = self.room.load(Ordering::SeqCst);
        if room >= 0 && self.room.fetch_sub(1, Ordering::SeqCst) <= 0 {
            self.set(Fault::Full);
        }
        self.refuse_if(&[Fault::Down, Fault::Full])
    }
}

impl fmt::Display for FaultyObjects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FaultyObjects({})", self.inner)
    }
}

#[async_trait]
impl ObjectStore for FaultyObjects {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        self.refuse_write()?;
        if *self.fault.borrow() == Fault::Hanging {
            let (this, location) = (self.clone(), location.clone());
            let late = async move {
                this.hang().await;
                this.inner.put_opts(&location, payload, opts).await
            };
            let done = tokio::spawn(late).await;
            return done.map_err(|error| Error::Generic { store: "faulty", source: error.into() })?;
        }
        let done = self.inner.put_opts(location, payload, opts).await;
        // The channel stays open: this holds a sender.
        let _ = self.fault.subscribe().wait_for(|fault| *fault != Fault::Held).await;
        done
    }

    async fn put_multipart_opts(&self, location: &Path, opts: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        self.refuse_write()?;
        self.inner.put_multipart_opts(location, opts).await
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.hang().await;
        self.refuse_if(&[Fault::Down])?;
        self.inner.get_opts(location, options).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        match self.refuse_if(&[Fault::Down, Fault::Undeletable]) {
            Ok(()) => self.clone().after_hanging(self.inner.delete_stream(locations)),
            Err(error) => futures::stream::iter([Err(error)]).boxed(),
        }
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        match self.refuse_if(&[Fault::Down]) {
            Ok(()) => self.clone().after_hanging(self.inner.list(prefix)),
            Err(error) => futures::stream::iter([Err(error)]).boxed(),
        }
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.refuse_if(&[Fault::Down])?;
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        self.refuse_write()?;
        self.inner.copy_opts(from, to, options).await
    }
}
