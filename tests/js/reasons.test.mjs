import assert from "node:assert/strict";
import { test } from "node:test";

import { translator } from "../../assets/i18n.js";
import { sayReason } from "../../assets/reasons.js";
import { ZH } from "../../assets/texts_zh.js";

const say = (text) => sayReason(text, translator(ZH));

test("a reason that was stored as text is said with its values", () => {
  assert.equal(say("truncated: header says 1.28 s, data holds 0.64 s"), "已截断：文件头中为 1.28 秒，数据只有 0.64 秒");
  assert.equal(say("not audio that we can decode (Format not recognised)"), "不是可解码的音频（无法识别格式）");
  assert.equal(say("not audio that we can decode (Some {new} (thing))"), "不是可解码的音频（Some {new} (thing)）");
  assert.equal(say("silent"), "静音");
});

test("what reasons have in common is said as well", () => {
  assert.equal(say("truncated"), "已截断");
  assert.equal(say("too short"), "过短");
  assert.equal(say("no channel …"), "没有声道 …");
  assert.equal(say("more than … samples"), "超过 … 个采样");
});

test("a reason that nobody knows stays as it is", () => {
  for (const text of ["RuntimeError: out of <b>memory</b>", "", "constructor", "silently"]) assert.equal(say(text), text);
});
