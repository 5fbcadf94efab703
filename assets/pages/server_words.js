// What does the server say of a job in fixed words? Those in our language; what it says with facts in it stays as it is.
import { t } from "../i18n.js";

const WORDS = {
  "reading embeddings": t("reading embeddings"), "writing the report": t("writing the report"), "cancelled": t("cancelled"),
  "off": t("off"), "starting": t("starting"), "idle": t("idle"), "at work": t("at work"), "waiting": t("waiting"),
  "It was killed, or the machine went down.": t("It was killed, or the machine went down."),
};

export const serverWords = (text) => WORDS[text] ?? text;
