import assert from "node:assert/strict";
import { test } from "node:test";

import { wordsOfBar } from "../../assets/charts.js";

test("a bar of sizes says which whole sizes it counts", () => {
  assert.equal(wordsOfBar("sizes", [14.5, 15.5, 1]), "15 utterances<br>1 segment");
  assert.equal(wordsOfBar("sizes", [0.5, 1.5, 2]), "1 utterance<br>2 segments");
  assert.equal(wordsOfBar("sizes", [999.5, 1029.5, 1182]), "1,000 to 1,029 utterances<br>1,182 segments");
});

test("a bar of probabilities says its share", () => {
  assert.equal(wordsOfBar("shares", [0.95, 1, 3]), "95 % to 100 %<br>3 boundaries");
});
