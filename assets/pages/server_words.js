// What does the server say, in our language? Its objects of template and values, and words that are fixed; else what it says.
import { said, t } from "../i18n.js";

const WORDS = {
  "reading embeddings": t("reading embeddings"), "writing the report": t("writing the report"), "cancelled": t("cancelled"),
  "fitting the built-in encoder to a sample": t("fitting the built-in encoder to a sample"),
  "putting the embeddings in order": t("putting the embeddings in order"),
  "off": t("off"), "starting": t("starting"), "idle": t("idle"), "at work": t("at work"), "waiting": t("waiting"),
  "open": t("open"), "decode": t("decode"), "features": t("features"), "network": t("network"),
  "Undecided segments": t("Undecided segments"), "at least one end is undecided": t("at least one end is undecided"),
  "Unreadable utterances": t("Unreadable utterances"), "no usable embedding; listed in left_out.jsonl": t("no usable embedding; listed in left_out.jsonl"),
  "Excluded utterances": t("Excluded utterances"), "excluded by a reviewer; listed in left_out.jsonl": t("excluded by a reviewer; listed in left_out.jsonl"),
};

export const serverWords = (text) => (WORDS[text] ?? said(text));
