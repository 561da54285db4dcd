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

/// What is wrong with the object store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nothing.
    None,
    /// It cannot be reached.
    Down,
    /// It can be read and deleted from, not written.
    Full,
    /// It can be written and read, not deleted from.
    Undeletable,
    /// Writes are done, but not answered before this changes.
    Held,
    /// Nothing is done before this changes, and then all of it is, whether somebody still waits for it or not.
    Hanging,
}

/// Passes everything on to another object store unless told to fail.
#[derive(Clone, Debug)]
pub struct FaultyObjects {
    inner: Arc<dyn ObjectStore>,
    fault: watch::Sender<Fault>,
    /// Writes that still succeed before [`Fault::Full`] sets in by itself; negative: without end.
    room: Arc<AtomicI64>,
}

impl FaultyObjects {
    /// Nothing is wrong at first.
    pub fn new(inner: Arc<dyn ObjectStore>) -> Self {
        FaultyObjects { inner, fault: watch::Sender::new(Fault::None), room: Arc::new(AtomicI64::new(-1)) }
    }

    /// Over that folder, which is made.
    ///
    /// # Panics
    /// If it cannot be made.
    pub fn in_folder(folder: &std::path::Path) -> Self {
        std::fs::create_dir_all(folder).expect("a folder");
        Self::new(Arc::new(LocalFileSystem::new_with_prefix(folder).expect("a folder")))
    }

    /// From now on this is wrong.
    pub fn set(&self, fault: Fault) {
        self.fault.send_replace(fault);
        self.room.store(-1, Ordering::SeqCst);
    }

    /// After this many more writes it is full.
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

    /// Waits while it hangs.
    async fn hang(&self) {
        // It cannot be closed: this holds a sender.
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
        // It cannot be closed: this holds a sender.
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
