// A check with a sandbox account, in Cypress. cypress.config.ts needs the task, since keys do not belong in a browser:
//
//   setupNodeEvents(on) {
//     on('task', { openSession: async (sandbox) => (await openSandboxSession(account, { sandbox })).url });
//   }

import { fakeCameraScript, SCENARIOS } from 'nearfar/testing';

describe('liveness', () => {
  it('passes at the second try', () => {
    cy.task<string>('openSession', SCENARIOS.verdict_retry.sandbox).then((url) => {
      const onBeforeLoad = (window: Cypress.AUTWindow) => window.eval(fakeCameraScript('verdict_retry'));
      cy.visit(url, { onBeforeLoad });
    });
    const options = { includeShadowDom: true, timeout: 60_000 };
    cy.contains('button', 'Start camera', options).click();
    cy.contains('button', 'Try again', options).click();
    cy.contains('h1', 'You’re all set', options).should('be.visible');
  });
});
