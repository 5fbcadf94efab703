// Who is it? Sends name and password, and goes back to where one came from; the place in the address stays.
import { translate } from "./dom.js";
import { t } from "./i18n.js";

const form = document.querySelector("form");
const error = document.querySelector(".error");

translate(document.body);
document.title = t("Log in · spkbound");

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const button = form.querySelector("button");
  button.disabled = true;
  error.hidden = true;
  try {
    const answer = await fetch("login", { method: "POST", body: new URLSearchParams(new FormData(form)) });
    if (answer.ok) return location.assign(`./${location.hash}`);
    error.textContent = answer.status === 401 ? t("Name or password is wrong.") : (await answer.json()).error;
  } catch {
    error.textContent = t("The server does not answer.");
  }
  error.hidden = false;
  button.disabled = false;
  form.elements.password.select();
});
