// How does the page speak with the server? JSON over /x/, errors as exceptions that carry status and body.
import { said, t } from "./i18n.js";

export class ApiError extends Error {
  constructor(status, body) {
    super(body?.error ? said(body.words ?? body.error) : (status ? t("The server answered {status}", { status }) : t("The server does not answer")));
    this.status = status;
    this.body = body;
  }
}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(`x/${path}`, options);
  } catch {
    throw new ApiError(0, null);
  }
  const body = await answer.json().catch(() => null);
  if (!answer.ok) throw new ApiError(answer.status, body);
  return body;
}

export const get = (path) => ask(path, { headers: { accept: "application/json" } });

/** @param user in whose name: refused with 401 when somebody else has logged in meanwhile; null: whoever it is. */
export const post = (path, body = {}, user = null) => ask(path, {
  method: "POST",
  headers: { "content-type": "application/json", "x-spkbound": "1", ...(user === null ? {} : { "x-spkbound-user": encodeURIComponent(user) }) },
  body: JSON.stringify(body),
});
