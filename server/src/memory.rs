//! Memory for what is under way, so that many large uploads or results at once cannot use up the machine's.

use nearfar_protocol::status;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::reply::Failure;

/// What memory is counted in: a semaphore counts no further than 32 bits.
const UNIT: u64 = 1024;
/// Seconds after which one may come again when it is used up.
const COME_AGAIN: u32 = 2;

/// Memory that can be lent.
#[derive(Debug)]
pub struct Memory {
    units: Semaphore,
    all: u32,
}

impl Memory {
    /// That many bytes.
    pub fn new(bytes: u64) -> Self {
        let most = u64::from(u32::MAX).min(Semaphore::MAX_PERMITS as u64);
        let all = (bytes / UNIT).clamp(1, most) as u32;
        Self { units: Semaphore::new(all as usize), all }
    }

    /// That many bytes until it is dropped, or all there are; a refusal while others hold too much.
    pub fn borrow(&self, bytes: u64) -> Result<SemaphorePermit<'_>, Failure> {
        let units = bytes.div_ceil(UNIT).min(u64::from(self.all)) as u32;
        self.units.try_acquire_many(units).map_err(|_| Failure::later(status::RETRY_LATER, COME_AGAIN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lent_comes_back() {
        let memory = Memory::new(10 * UNIT);
        let some = memory.borrow(9 * UNIT).ok();
        assert!(some.is_some() && memory.borrow(UNIT + 1).is_err());
        drop(some);
        assert!(memory.borrow(1000 * UNIT).is_ok(), "more than there is: all of it");
    }
}
