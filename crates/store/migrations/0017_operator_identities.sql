-- Who an operator is at the OpenID provider, from the first sign-in through it.
ALTER TABLE operators ADD COLUMN oidc_issuer TEXT;
ALTER TABLE operators ADD COLUMN oidc_subject TEXT;
CREATE UNIQUE INDEX operators_by_identity ON operators (oidc_issuer, oidc_subject);
