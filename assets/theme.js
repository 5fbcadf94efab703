// Light or dark, before the first paint: what was chosen with the switch of the top bar; else the browser decides.
try {
  const theme = localStorage.getItem("spkbound:theme");
  if (theme) document.documentElement.dataset.theme = theme;
} catch {
  // a browser that keeps nothing for us
}
