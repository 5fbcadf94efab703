// English or Chinese, before anything is written: what was chosen with the switch of the top bar; else the browser decides.
{
  let chosen = null;
  try {
    chosen = localStorage.getItem("spkbound:language");
  } catch {
    // a browser that keeps nothing for us
  }
  document.documentElement.lang = chosen ?? (/^zh\b/i.test(navigator.language) ? "zh-CN" : "en");
}
