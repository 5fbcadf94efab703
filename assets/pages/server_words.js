// What does the server say in fixed words? Those in our language; what it says with facts in it stays as it is.
import { t } from "../i18n.js";

const WORDS = {
  "reading embeddings": t("reading embeddings"), "writing the report": t("writing the report"), "cancelled": t("cancelled"),
  "fitting the built-in encoder to a sample": t("fitting the built-in encoder to a sample"),
  "putting the embeddings in order": t("putting the embeddings in order"),
  "off": t("off"), "starting": t("starting"), "idle": t("idle"), "at work": t("at work"), "waiting": t("waiting"),
  "open": t("open"), "decode": t("decode"), "features": t("features"), "network": t("network"),
  "Undecided segments": t("Undecided segments"), "at least one end is undecided": t("at least one end is undecided"),
  "Unreadable utterances": t("Unreadable utterances"), "no usable embedding; listed in left_out.jsonl": t("no usable embedding; listed in left_out.jsonl"),
  "Excluded utterances": t("Excluded utterances"), "excluded by a reviewer; listed in left_out.jsonl": t("excluded by a reviewer; listed in left_out.jsonl"),
  "The folder can be written": t("The folder can be written"), "No segment changed since the last export": t("No segment changed since the last export"),
  "There is not enough space; choose another folder, or links": t("There is not enough space; choose another folder, or links"),
  "Nothing is ever overwritten with other content": t("Nothing is ever overwritten with other content"),
  "Every file is as the manifest says": t("Every file is as the manifest says"),
  "Comparing every file with the manifest …": t("Comparing every file with the manifest …"),
  "Nobody has listened to a blind sample yet": t("Nobody has listened to a blind sample yet"),
  "It was killed, or the machine went down.": t("It was killed, or the machine went down."),
};

export const serverWords = (text) => WORDS[text] ?? text;
