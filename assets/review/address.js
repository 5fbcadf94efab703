// Which place does the address of the page name, and how does it follow the reviewer? #review/PLACE

export const placeInAddress = (hash = location.hash) => {
  const found = /^#review\/(\d+)$/.exec(hash);
  return found ? Number(found[1]) : null;
};

/** A little later, for every write costs the browser some milliseconds. */
export function writeAddress(page) {
  clearTimeout(page.writing);
  page.writing = setTimeout(() => writeAddressNow(page), 150);
}

function writeAddressNow(page) {
  if (!location.hash.startsWith("#review")) return; // somebody is on the way to another page
  if (document.body.dataset.page === "review" && page.current !== null) history.replaceState(history.state, "", `#review/${page.current}`);
}
