// The back end of the examples: creates sessions and answers with their results, as an integrator's would.

import { openSession, post } from '../../testkit/service/integrator.mjs';

const PATH = '/api/sessions';

/**
 * Answers `POST /api/sessions` with a new session, `{id, url}`, and `GET /api/sessions/ID` with its result, `{passed}`.
 * @returns {{sessions: string[], before: (request, response) => boolean}} `sessions`: the ids of all; `before`: answers
 *   a request of these paths, or returns false
 */
export function backEnd(service, access) {
  const sessions = [];
  async function create() {
    const { signatureId: id, url } = await openSession(service.url, access);
    sessions.push(id);
    return { id, url };
  }
  async function result(signatureId) {
    const { passed } = await post(`${service.url}openapi/liveness/v4/h5/get-result`, access, { signatureId });
    return { passed };
  }
  function before({ method, url }, response) {
    if (!url.startsWith(PATH)) return false;
    const answer = method === 'POST' ? create() : result(url.slice(PATH.length + 1));
    answer.then(
      (body) => response.setHeader('Content-Type', 'application/json').end(JSON.stringify(body)),
      (error) => response.writeHead(500).end(String(error)),
    );
    return true;
  }
  return { sessions, before };
}
