"use strict";
/* Shows the pictures of a run that stand in this page as data. Shapes are made by name from two short lists, never
   from markup, so that nothing of the data can become anything but a shape or words. */
(() => {
  const SVG = "http://www.w3.org/2000/svg";
  const TAGS = new Set(["path", "text", "image", "rect"]);
  const NAMES = new Set([
    "d", "x", "y", "width", "height", "transform", "textLength", "opacity", "class", "clip-path", "clip-rule",
    "fill", "fill-opacity", "fill-rule", "font-size", "font-weight", "font-style", "stroke", "stroke-opacity",
    "stroke-width", "stroke-linecap", "stroke-linejoin", "stroke-dasharray", "stroke-dashoffset",
  ]);
  const BOTH = 0, DARK = 1, LIGHT = 2;
  const NEAR = 28;   // pixels of the screen between the pointer and what it finds
  const SECONDS = 12; // how long playing all steps takes, unless that is faster than
  const FASTEST = 15; // pictures a second
  const part = (name) => document.getElementById(name);
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const tip = part("told");
  let data = null, at = -1, timer = 0;

  // what every page needs: answers and commands

  for (const guess of document.querySelectorAll(".guess")) {
    const answers = [...guess.querySelectorAll(".answer")];
    for (const answer of answers) {
      answer.addEventListener("click", () => {
        const right = answer.dataset.right === "1";
        for (const each of answers) {
          each.classList.toggle("right", each.dataset.right === "1");
          each.classList.toggle("wrong", each === answer && !right);
          each.setAttribute("aria-pressed", String(each === answer));
        }
        const told = guess.querySelector(".told");
        told.querySelector(".verdict").textContent = right ? "Yes." : "Not so.";
        told.hidden = false;
      });
    }
  }

  let hiding = 0;
  const tell = (words, x, y) => {
    clearTimeout(hiding);
    tip.textContent = words;
    tip.hidden = !words;
    const box = tip.getBoundingClientRect();
    const left = Math.min(x + 14, innerWidth - box.width - 8);
    const top = y - box.height - 12 > 4 ? y - box.height - 12 : y + 18;
    tip.style.left = Math.max(8, left) + "px";
    tip.style.top = top + "px";
  };

  for (const link of document.querySelectorAll("button.run")) {
    link.addEventListener("click", () => {
      const box = link.getBoundingClientRect();
      tell(link.dataset.command ? "In the program: " + link.dataset.command : "", box.left, box.top);
      hiding = setTimeout(() => { tip.hidden = true; }, 8000);
    });
  }

  // shapes

  const make = (tag, attributes) => {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
  };

  const protos = new Map();
  const shape = (number) => {
    let proto = protos.get(number);
    if (!proto) {
      const [tag, look, places, theme, words] = data.shapes[number];
      if (!TAGS.has(tag)) return null;
      proto = make(tag, {});
      for (const [name, value] of [...Object.entries(data.looks[look]), ...Object.entries(places)]) {
        if (name === "xlink:href") {
          if (String(value).startsWith("data:image/png;base64,")) proto.setAttribute("href", value);
        } else if ((name === "fill" || name === "stroke") && typeof value === "number") {
          proto.dataset[name] = value;
        } else if (NAMES.has(name)) {
          proto.setAttribute(name, value);
        }
      }
      if (tag === "image") proto.setAttribute("preserveAspectRatio", "none");
      if (proto.hasAttribute("textLength")) proto.setAttribute("lengthAdjust", "spacingAndGlyphs");
      if (words) proto.textContent = words;
      if (theme !== BOTH) proto.dataset.theme = theme;
      protos.set(number, proto);
    }
    const made = proto.cloneNode(true);
    for (const name of ["fill", "stroke"]) {
      if (made.dataset[name] !== undefined) made.setAttribute(name, data.colours[made.dataset[name]][dark.matches ? 0 : 1]);
    }
    return made;
  };

  const groups = (seen) => seen.map(([clip, numbers]) => {
    const group = make("g", clip ? {"clip-path": `url(#${clip})`} : {});
    for (const number of numbers) {
      const theme = data.shapes[number][3];
      const made = theme === BOTH || theme === (dark.matches ? DARK : LIGHT) ? shape(number) : null;
      if (made) group.append(made);
    }
    return group;
  });

  // cards

  class Card {
    constructor(told) {
      this.told = told;
      [this.width, this.height] = told.size;
      this.figure = document.createElement("figure");
      this.figure.id = "card-" + told.key;
      this.title = document.createElement("figcaption");
      this.svg = make("svg", {viewBox: `0 0 ${this.width} ${this.height}`, role: "img", tabindex: "0"});
      this.defs = make("defs", {});
      this.ring = make("circle", {class: "spot", r: "7", visibility: "hidden"});
      this.found = -1;
      for (const [name, tag, attributes] of data.clips) {
        const clip = make("clipPath", {id: name});
        const cut = make(TAGS.has(tag) ? tag : "rect", {});
        for (const [key, value] of Object.entries(attributes)) if (NAMES.has(key)) cut.setAttribute(key, value);
        clip.append(cut);
        if (!document.getElementById(name)) this.defs.append(clip);
      }
      this.svg.append(this.defs);
      this.figure.append(this.title, this.svg);
      part("cards").append(this.figure);
      for (const kind of ["pointermove", "pointerdown"]) this.svg.addEventListener(kind, (event) => this.point(event));
      this.svg.addEventListener("pointerleave", () => this.leave());
      this.svg.addEventListener("blur", () => this.leave());
      this.svg.addEventListener("keydown", (event) => this.key(event));
    }

    get spots() {
      const [places, ...words] = this.told.read[this.told.frames[at][1]];
      return words.map((number, k) => [data.spots[places][2 * k], data.spots[places][2 * k + 1], data.words[number]]);
    }

    show() {
      const words = data.words[this.told.titles[at]];
      this.title.textContent = words;
      this.svg.setAttribute("aria-label", words + ". " + data.words[data.said[at]]);
      this.svg.replaceChildren(this.defs, ...groups(this.told.frames[at][0]), this.ring);
      if (this.found >= 0) this.tell(this.found);
    }

    point(event) {
      const there = this.svg.getScreenCTM(), scale = 1 / there.a;
      const x = (event.clientX - there.e) * scale, y = (event.clientY - there.f) * scale;
      let best = -1, least = (NEAR * scale) ** 2;
      this.spots.forEach(([across, down], k) => {
        const far = (across - x) ** 2 + (down - y) ** 2;
        if (far < least) [best, least] = [k, far];
      });
      if (best < 0) this.leave(); else this.tell(best);
    }

    key(event) {
      const by = {ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1}[event.key];
      const count = this.spots.length;
      if (event.key === "Escape") this.leave();
      if (!by || !count) return;
      event.preventDefault();
      this.tell(this.found < 0 ? (by > 0 ? 0 : count - 1) : Math.min(count - 1, Math.max(0, this.found + by)));
    }

    tell(number) {
      const spot = this.spots[number];
      if (!spot) { this.leave(); return; }
      this.found = number;
      this.ring.setAttribute("cx", spot[0]);
      this.ring.setAttribute("cy", spot[1]);
      this.ring.setAttribute("visibility", "visible");
      const there = this.svg.getScreenCTM();
      tell(spot[2], there.e + spot[0] * there.a, there.f + spot[1] * there.d);
    }

    leave() {
      if (this.found < 0) return;
      this.found = -1;
      this.ring.setAttribute("visibility", "hidden");
      tip.hidden = true;
    }
  }

  // time

  const pairs = (where, rows, name) => {
    where.replaceChildren(...rows.map(([label, value]) => {
      const row = document.createElement(name === "dt" ? "div" : "span");
      const head = document.createElement(name), said = document.createElement(name === "dt" ? "dd" : "span");
      head.textContent = label;
      said.textContent = value;
      row.append(head, said);
      return row;
    }));
  };

  let cards = [];
  const show = (number) => {
    if (number === at) return;
    at = number;
    part("step").value = number;
    part("place").textContent = "step " + data.steps[number].toLocaleString("en");
    part("step").setAttribute("aria-valuetext", "step " + data.steps[number]);
    part("said").textContent = data.words[data.said[number]];
    pairs(part("readings"), data.lines[data.readings[number]], "b");
    pairs(part("metrics"), data.metrics[number], "dt");
    for (const card of cards) card.show();
  };

  const rest = () => {
    clearInterval(timer);
    timer = 0;
    part("play").classList.remove("playing");
    part("play").setAttribute("aria-label", "Play");
  };

  const play = () => {
    if (timer) { rest(); return; }
    const last = data.steps.length - 1;
    if (at >= last) show(0);
    part("play").classList.add("playing");
    part("play").setAttribute("aria-label", "Pause");
    timer = setInterval(() => { if (at >= last) rest(); else show(at + 1); },
      Math.max(1000 / FASTEST, 1000 * SECONDS / Math.max(1, last)));
  };

  const unpack = async (text) => {
    const raw = Uint8Array.from(atob(text.trim()), (letter) => letter.charCodeAt(0));
    const stream = new Blob([raw]).stream().pipeThrough(new DecompressionStream("deflate"));
    return JSON.parse(await new Response(stream).text());
  };

  const begin = async () => {
    if (typeof DecompressionStream === "undefined") throw new Error("this browser is too old for the pictures");
    data = await unpack(part("data").textContent);
    cards = data.cards.map((told) => new Card(told));
    const slider = part("step");
    slider.max = data.steps.length - 1;
    slider.disabled = part("play").disabled = data.steps.length < 2;
    slider.addEventListener("input", () => { rest(); show(Number(slider.value)); });
    part("play").addEventListener("click", play);
    dark.addEventListener("change", () => { const now = at; at = -1; show(now); });
    show(data.steps.length - 1);
    document.documentElement.dataset.ready = "true";
  };

  begin().catch((trouble) => {
    part("trouble").hidden = false;
    part("trouble").textContent = "The pictures cannot be shown: " + trouble.message;
  });
})();
