// How is a conflict settled? Theirs stays, or mine is asked for again on top of it.
import { t } from "../i18n.js";

/** {keep(), apply(), play(index)} for the notice. */
export function settleConflict(page, sync, root) {
  function close() {
    page.conflict = null;
    root.focus({ preventScroll: true });
    page.invalidate();
  }

  function apply() {
    const { item, along } = page.conflict;
    close();
    for (const wish of [item, ...along]) again(page, wish);
    page.go(page.store.get(page.lastWish) ? page.lastWish : page.current);
  }

  return {
    keep() {
      close();
      sync.look();
    },
    apply,
    play: (index) => page.audition.round(index, `conflict ${index}`),
  };
}

/** Ask for the same again, from where the boundary is now. */
function again(page, { kind, index, from }) {
  const { store } = page;
  page.lastWish = index;
  const source = from ?? index;
  const here = store.get(source) ?? store.movedFrom(source);
  if (kind === "add" || kind === "exclude" || kind === "include") page.edit(kind, index);
  else if (!here) page.say(t("The boundary is gone: add it where you want it."));
  else if (kind === "shift") moveTo(page, here, index);
  else {
    moveTo(page, here, index);
    page.edit(kind, index);
  }
}

function moveTo(page, row, index) {
  if (row.index === index) return;
  if (row.state === "rejected") page.edit("approve", row.index); // a rejected boundary cannot be shifted
  page.edit("shift", index, { from: row.index });
}
