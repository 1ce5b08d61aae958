// Niceties over pages that are complete without this file.
"use strict";

const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const one = (selector, root = document) => root.querySelector(selector);

// A form that buys something is sent once, however often its button is pressed.
for (const form of all("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    event.submitter?.setAttribute("aria-disabled", "true");
  });
}
// Coming back with the browser's own button shows the page as it was left: the form may be sent again.
addEventListener("pageshow", () => {
  for (const form of all("form[data-once]")) {
    delete form.dataset.sent;
    for (const button of all("[aria-disabled]", form)) button.removeAttribute("aria-disabled");
  }
});

// Public pages are the same for everybody: the number on the bag comes from a cookie that tells nothing else. The page
// of the bag knows the number itself.
const inBag = one("[data-bag]");
const showBag = () => {
  const [, number = "0"] = document.cookie.match(/(?:^|; )bag_count=(\d{1,4})(?:;|$)/) ?? [];
  inBag.hidden = number === "0";
  inBag.innerHTML = inBag.hidden ? "" : `${number}<span class="visually-hidden"> in it</span>`;
};
if (inBag) {
  showBag();
  addEventListener("pageshow", showBag); // coming back with the browser's own button
}

// The menu and the choice of a currency close with Escape and by a click beside them.
for (const menu of all("details.menu, details.region")) {
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !menu.open) return;
    menu.open = false;
    one("summary", menu).focus();
  });
  addEventListener("click", (event) => {
    if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
}

// Country and currency: which country was chosen is told by a cookie, for this page is the same in every country.
const [, country] = document.cookie.match(/(?:^|; )country=([A-Z]{2})(?:;|$)/) ?? [];
if (country) {
  for (const label of all("[data-country]")) {
    label.textContent = `${country}\u00a0·\u00a0`;
    label.hidden = false;
  }
  for (const { elements } of all("form[data-region]")) {
    const choice = elements.country;
    if (!one(`[value=${country}]`, choice)) {
      choice.append(new Option(new Intl.DisplayNames(["en"], { type: "region" }).of(country), country));
    }
    choice.value = country;
  }
}

// What was looked at last is kept on this phone, and told to the page of the bag alone: this page is everybody's.
const product = one("[data-product]")?.dataset.product;
if (product) {
  try {
    const before = (localStorage.getItem("seen") ?? "").split(".").filter((slug) => slug && slug !== product);
    const seen = [product, ...before].slice(0, 4).join(".");
    localStorage.setItem("seen", seen);
    document.cookie = `seen=${seen}; path=/bag/; max-age=2592000; samesite=lax${location.protocol === "https:" ? "; secure" : ""}`;
  } catch {
    // A browser that keeps nothing shows nothing of it either.
  }
}

// What delivery to the remembered place costs, in the room of what it costs anywhere: nothing below moves.
if (/(?:^|; )(?:place=|country=(?!NG))/.test(document.cookie)) {
  for (const spot of all("[data-my-delivery]")) {
    fetch(spot.dataset.myDelivery).then(async (answer) => {
      if (answer.status !== 200) return;
      const line = await answer.text();
      spot.style.minBlockSize = `${spot.offsetHeight}px`;
      spot.innerHTML = spot.matches("ul") ? `<li>${line}</li>` : line;
      const change = one("a:last-child", spot);
      change.search = new URLSearchParams({ next: location.pathname + location.search });
    }, () => {}); // a lost connection leaves what stands there
  }
}

// Filters stand open where there is room for them.
for (const sheet of all("details[data-open-wide]")) {
  if (matchMedia("(width >= 64rem)").matches) sheet.open = true;
}

// Suggestions while one types. Whatever they do, Enter searches for what was written.
for (const form of all("form[data-suggest]")) {
  const input = one("[name=q]", form);
  const list = one(".suggestions", form);
  let waiting, asked;
  const options = () => all("[role=option]", list);
  const close = () => {
    list.hidden = true;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (step) => {
    const shown = options();
    const now = shown.findIndex((option) => option.ariaSelected === "true");
    const next = shown[(now + step + shown.length + (now < 0 && step < 0 ? 1 : 0)) % shown.length];
    for (const option of shown) option.ariaSelected = String(option === next);
    input.setAttribute("aria-activedescendant", next.id);
    next.scrollIntoView({ block: "nearest" });
  };
  const suggest = async () => {
    const text = input.value.trim();
    asked?.abort();
    if (text.length < 2) return close();
    asked = new AbortController();
    try {
      const url = `${form.dataset.suggest}?q=${encodeURIComponent(text)}`;
      const page = await (await fetch(url, { signal: asked.signal })).text();
      list.innerHTML = page;
      list.hidden = !options().length;
      input.setAttribute("aria-expanded", String(!list.hidden));
    } catch {
      // A lost connection suggests nothing; searching still works.
    }
  };
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", "suggestions"], ["aria-expanded", "false"]]) {
    input.setAttribute(name, value);
  }
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(suggest, 150);
  });
  input.addEventListener("keydown", (event) => {
    if (list.hidden) return;
    const chosen = options().find((option) => option.ariaSelected === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") mark(event.key === "ArrowDown" ? 1 : -1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen) one("a", chosen).click();
    else return;
    event.preventDefault();
  });
  form.addEventListener("focusout", ({ relatedTarget }) => form.contains(relatedTarget) || setTimeout(close, 150));
}

// The price, the size's name and its stock follow the chosen size; so does the address, for sharing.
const sizes = one("[data-sizes]");
if (sizes) {
  const price = one("[data-price]");
  const label = one("legend", sizes);
  const alert = one("[data-alert]");
  const show = () => {
    const chosen = one("input:checked", sizes);
    for (const note of all("[data-low]")) note.hidden = Boolean(chosen) && note.dataset.low !== chosen.dataset.size;
    if (!chosen) return;
    if (chosen.matches("[data-gone]")) {
      one("select", alert).value = chosen.value;
      one(".field", alert).hidden = true;
      one("[data-name]", alert).textContent = chosen.dataset.size;
    }
    const cost = one("template", chosen.parentElement).content;
    if (price.textContent !== cost.textContent) price.replaceChildren(cost.cloneNode(true));
    label.innerHTML = "Size: <span></span>";
    label.lastChild.textContent = chosen.dataset.size;
    const address = new URL(location.href);
    address.searchParams.set("size", chosen.dataset.size);
    history.replaceState(null, "", address);
    for (const link of all(".colour-links a")) {
      const other = new URL(link.href);
      other.searchParams.set("size", chosen.dataset.size);
      link.href = other;
    }
  };
  const say = (text) => all("input", sizes).forEach((input) => input.setCustomValidity(text));
  sizes.addEventListener("invalid", () => say("Choose a size."), true);
  sizes.addEventListener("change", () => {
    say("");
    show();
  });
  show();
}

// The heart: what is on the list is told by a cookie of short marks, for this page is the same for everybody.
const heart = one("[data-wish]");
if (heart) {
  const { name, value } = heart;
  const said = one("[data-wished]");
  const show = () => {
    const [, marks = ""] = document.cookie.match(/(?:^|; )wishes=([\w.]*)/) ?? [];
    const kept = marks.split(".").includes(heart.dataset.wish);
    heart.name = kept ? "remove" : name;
    heart.classList.toggle("is-kept", kept);
    one("span", heart).textContent = kept ? "Remove from wishlist" : "Add to wishlist";
  };
  heart.addEventListener("click", async (event) => {
    event.preventDefault();
    const body = new FormData(heart.form);
    body.set(heart.name, value);
    try {
      const answer = await fetch(heart.formAction, { method: "POST", body, headers: { Accept: "application/json" } });
      said.textContent = (await answer.json()).message;
      show();
    } catch {
      heart.form.requestSubmit(heart);
    }
  });
  addEventListener("pageshow", show);
  show();
}

// A vote is counted without leaving the page.
for (const form of all("form[data-helpful]")) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" } });
      const { helpful, message } = await answer.json();
      if (answer.ok) one("[data-count]", form).textContent = helpful;
      one("[role=status]", form).textContent = message;
    } catch {
      form.submit();
    }
  });
}

// Dots move the gallery without moving the page, and show where it stands.
const gallery = one("[data-gallery]");
if (gallery && one(".dots", gallery)) {
  const frames = one(".frames", gallery);
  const dots = all(".dots a", gallery);
  for (const [index, dot] of dots.entries()) {
    dot.addEventListener("click", (event) => {
      event.preventDefault();
      const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
      frames.scrollTo({ left: frames.children[index].offsetLeft - frames.offsetLeft, behavior: calm ? "auto" : "smooth" });
    });
  }
  const watch = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        const dot = dots[[...frames.children].indexOf(entry.target)];
        if (entry.isIntersecting) dot.setAttribute("aria-current", "true");
        else dot.removeAttribute("aria-current");
      }
    },
    { root: frames, threshold: 0.6 },
  );
  for (const frame of frames.children) watch.observe(frame);
}

// Forms whose figures come from the server: a change asks it and swaps the parts that depend on it. What cannot be
// swapped, or a lost connection, is left to the form's own button, which does the same with a whole page.
let asking;
async function ask(form, button, parts) {
  asking?.abort();
  asking = new AbortController();
  const data = new FormData(form);
  if (button.name) data.set(button.name, button.value);
  if (data.has("here")) data.set("next", data.get("here")); // nobody is led away by a change
  form.setAttribute("aria-busy", "true");
  try {
    const { signal } = asking;
    const response = await (form.method === "get"
      ? fetch(`${form.action.split("#")[0]}?${new URLSearchParams(data)}`, { signal })
      : fetch(form.action, { method: "POST", body: data, signal }));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const fresh = parts.map((id) => page.getElementById(id));
    if (fresh.includes(null)) throw new Error(`no parts in answer ${response.status}`);
    // On a slow line people are fields ahead by now: the focus stays where it is, also where that was swapped.
    const focused = document.activeElement?.id;
    for (const part of fresh) document.getElementById(part.id).replaceWith(part);
    if (focused && document.activeElement?.id !== focused) {
      document.getElementById(focused)?.focus({ preventScroll: true });
    }
    form.removeAttribute("aria-busy");
    nameWrong();
  } catch (error) {
    if (error.name !== "AbortError") form.requestSubmit(button);
  }
}

const checkout = one("form[data-checkout]");
if (checkout) {
  const update = one("[name=update]", checkout);
  // The address book has the same fields and no price.
  const priced = ["fee", "methods", "totals", "ways", "pay-button"].filter((id) => document.getElementById(id));
  update.hidden = true;
  checkout.addEventListener("change", ({ target }) => {
    if (target.name === "country") checkout.requestSubmit(update);
    else if (target.matches("select[name=state]")) ask(checkout, update, ["area", ...priced]);
    else if (["area", "delivery_method"].includes(target.name) && priced.length) ask(checkout, update, priced);
  });
}

const place = one("form[data-place]");
const askPlace = () => ask(place, one("button", place), place.dataset.place.split(" "));
place?.addEventListener("change", askPlace);
// The page of all fees is everybody's: whoever chose another country finds it filled in and answered.
if (place?.method === "get" && country && country !== "NG" && !location.search) {
  place.elements.country.value = country;
  askPlace();
}

// An error goes when its field is mended; the server looks again in the end.
for (const event of ["input", "change"]) {
  addEventListener(event, ({ target }) => {
    const field = target.closest?.(".has-error");
    if (!field || field.matches(".slot")) return;
    field.classList.remove("has-error");
    field.querySelector(".error, .error-text")?.remove();
    target.removeAttribute("aria-invalid");
    nameWrong();
  });
}
// The list above a form names what is marked in it still, also after a fresh part of the page came without its mark.
const marked = (line) => one(`.has-error [name="${line.dataset.of}"]`);
const listed = all("[data-wrong] [data-of]").filter(marked);
function nameWrong() {
  for (const line of listed) if (!marked(line)) line.remove();
  for (const list of all("[data-wrong]")) if (!one("li", list)) list.remove();
}
// The summary of errors takes the focus, so that it is read first.
one("[data-focus]")?.focus();

// "23 h 52 min"; minutes and seconds in the last hour, days before the last two.
const timeLeft = (seconds) => {
  const minutes = Math.floor(seconds / 60);
  const hours = Math.floor(minutes / 60);
  if (hours >= 48) return `${Math.floor(hours / 24)} days ${hours % 24} h`;
  return hours ? `${hours} h ${minutes % 60} min` : `${minutes}:${String(seconds % 60).padStart(2, "0")}`;
};
// That beside the written time. Only the five- and one-minute marks are announced.
for (const hold of all("[data-hold-until]")) {
  const until = new Date(hold.dataset.holdUntil).getTime();
  const skew = Date.now() - new Date(hold.dataset.now).getTime();
  const clock = one("[data-clock]", hold);
  const spoken = one("[data-announce]", hold);
  const tick = () => {
    const left = Math.max(0, Math.round((until - Date.now() + skew) / 1000));
    clock.textContent = ` (${timeLeft(left)} left)`;
    if (left === 300) spoken.textContent = "Your pieces are held for five more minutes.";
    if (left === 60) spoken.textContent = "Your pieces are held for one more minute.";
    if (left === 0) clearInterval(timer);
  };
  const timer = setInterval(tick, 1000);
  tick();
}
