// Which part of a long list is in sight? Known between events: to ask while drawing would lay out the page in the middle.

export class Sight {
  /** @param list scrolls; @param on {moved(), appeared()}: another part is in sight; it was hidden until now */
  constructor(list, on) {
    Object.assign(this, { list, on, top: 0, height: 0, isAhead: false });
    list.addEventListener("scroll", () => this.look(), { passive: true });
    new ResizeObserver(() => this.look()).observe(list);
  }

  look() {
    const { scrollTop, clientHeight } = this.list;
    const appears = clientHeight > 0 && !this.height;
    Object.assign(this, { top: scrollTop, height: clientHeight });
    if (appears) this.on.appeared();
    else if (clientHeight) this.on.moved();
  }

  /** Have `top` in sight, as far as the list of this length goes; the list itself follows at `settle`. */
  moveTo(top, length = Infinity) {
    this.top = Math.max(0, Math.min(top, length - this.height));
    this.isAhead = true;
  }

  /** To be called when all is drawn, for it lays out the page. */
  settle() {
    if (this.isAhead) this.list.scrollTop = this.top;
    this.isAhead = false;
  }
}
