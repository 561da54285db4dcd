//! Generations of a key: which one signs at a time, and which ones are still valid.

use nearfar_store::{Millis, Store};

/// The keys of a purpose, oldest first. Retired keys, whose secrets are gone, are left out.
#[derive(Clone, Debug)]
pub struct KeyGenerations<K>(Vec<Generation<K>>);

#[derive(Clone, Debug)]
struct Generation<K> {
    active_from: Millis,
    retires_at: Option<Millis>,
    key: K,
}

impl<K> KeyGenerations<K> {
    /// Loads the keys that all instances share.
    pub async fn load(
        store: &Store,
        purpose: &str,
        now: Millis,
        read: impl Fn(&[u8]) -> nearfar_store::Result<K>,
    ) -> nearfar_store::Result<Self> {
        let mut generations = Vec::new();
        for stored in store.signing_keys(purpose, now).await? {
            if let Some(secret) = &stored.secret {
                let (active_from, retires_at) = (stored.active_from, stored.retires_at);
                generations.push(Generation { active_from, retires_at, key: read(secret)? });
            }
        }
        Ok(Self(generations))
    }

    /// The key in use at a time. All instances agree on it.
    pub fn at(&self, time: Millis) -> Option<&K> {
        let used = self.0.iter().rev().find(|generation| generation.active_from <= time);
        used.or(self.0.first()).map(|generation| &generation.key)
    }

    /// Keys whose signatures are valid, newest first. The newest may not sign yet here, and already elsewhere.
    pub fn valid(&self, now: Millis) -> impl Iterator<Item = &K> {
        let valid = move |generation: &&Generation<K>| generation.retires_at.is_none_or(|end| now < end);
        self.0.iter().rev().filter(valid).map(|generation| &generation.key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_overlap_until_they_retire() {
        let generation = |active_from, retires_at, key| Generation { active_from, retires_at, key };
        let keys = KeyGenerations(vec![generation(0, Some(300), 'x'), generation(100, None, 'y')]);
        assert_eq!([keys.at(99), keys.at(100), keys.at(500)], [Some(&'x'), Some(&'y'), Some(&'y')]);
        assert_eq!(keys.valid(50).collect::<String>(), "yx");
        assert_eq!(keys.valid(299).collect::<String>(), "yx");
        assert_eq!(keys.valid(300).collect::<String>(), "y");
        // Its secret is gone, and what was signed at that time has expired.
        assert_eq!(KeyGenerations(vec![generation(100, None, 'y')]).at(99), Some(&'y'));
    }
}
