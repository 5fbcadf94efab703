// English or Chinese, before anything is written: what was chosen with the switch of the top bar; else the browser decides.
// Gradio sets the language of the browser while it starts, so ours is kept.
{
  let chosen = null;
  try {
    chosen = localStorage.getItem("spkbound:language");
  } catch {
    // a browser that keeps nothing for us
  }
  const root = document.documentElement;
  const ours = chosen ?? (/^zh\b/i.test(navigator.language) ? "zh-CN" : "en");
  const keep = () => {
    if (root.lang !== ours) root.lang = ours;
  };
  keep();
  new MutationObserver(keep).observe(root, { attributeFilter: ["lang"] });
}
