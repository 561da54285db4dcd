//! In place of the OpenID provider, in a build without the feature `oidc`.

use anyhow::bail;
use nearfar_store::ProviderIdentity;
use url::Url;

use super::ProviderError;
use super::flow::Flow;
use crate::config::Config;

/// There is none.
pub(in crate::console) enum Provider {}

impl Provider {
    pub(in crate::console) fn new(config: &Config) -> anyhow::Result<Option<Self>> {
        match config.console_oidc_issuer {
            Some(_) => bail!("console_oidc_issuer: this build has no OpenID sign-in: build it with the feature oidc"),
            None => Ok(None),
        }
    }

    pub(super) async fn authorization_url(&self, _: &Flow, _: i64) -> Result<Url, ProviderError> {
        match *self {}
    }

    pub(super) async fn identity(&self, _: String, _: &Flow, _: i64) -> Result<ProviderIdentity, ProviderError> {
        match *self {}
    }
}
