// When is a page looked at? For parts that trouble the server only when somebody looks.

/** Call `act` whenever `page` is shown: now if it is, and each time it is again. */
export function whenShown(page, act) {
  if (document.body.dataset.page === page) act();
  document.addEventListener("spkbound:page", ({ detail }) => {
    if (detail.page === page) act();
  });
}
