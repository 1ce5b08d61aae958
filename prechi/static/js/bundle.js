// Building a bundle without a new page for every tap: buttons and sizes ask the server for the slots alone.
// `one` and `all` are shop.js's.
const builder = one("form[data-bundle]");
const picker = one("#picker", builder);
const isWide = matchMedia("(width >= 60rem)");
const draft = `bundle ${builder.dataset.bundle}`;
const remembered = {
  get: () => { try { return localStorage.getItem(draft); } catch { return null; } },
  set: (text) => { try { text ? localStorage.setItem(draft, text) : localStorage.removeItem(draft); } catch { /* private */ } },
};
let answering;

const say = (text) => { one("[data-status]", builder).textContent = text; };
const number = () => one("[name=slot]", builder).value;

function dress() {
  one("[data-update]", builder).hidden = true;
  one("[data-number]", picker).textContent = number();
  for (const slot of all(".slot", builder)) slot.classList.toggle("is-next", slot.id === `slot-${number()}`);
}

async function refresh(fields) {
  answering?.abort();
  answering = new AbortController();
  fields.set("part", "1");
  builder.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(`${builder.dataset.bundle}?${fields}`, { signal: answering.signal });
    if (!answer.ok) throw new Error(answer.status);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const focused = document.activeElement?.id;
    for (const id of ["saving", "choice"]) document.getElementById(id).replaceWith(fresh.getElementById(id));
    if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    const { address, say: words } = one("#choice", builder).dataset;
    history.replaceState(null, "", address);
    if (!one("[name=line]", builder)) remembered.set(address.split("?")[1]);
    dress();
    say(words);
    builder.removeAttribute("aria-busy");
    return true;
  } catch (error) {
    if (error.name === "AbortError") return false;
    builder.removeAttribute("aria-busy");
    const why = one("#why", builder) ?? one(".tray-sum", builder).appendChild(document.createElement("p"));
    why.textContent = "The connection dropped. What you chose is safe. Try again.";
    say(why.textContent);
    return false;
  }
}

function choose(slot) {
  one("[name=slot]", builder).value = slot;
  dress();
  if (!isWide.matches && !picker.matches(":modal")) {
    picker.close();
    picker.showModal();
  }
  one("#picker-title", picker).focus();
}

// Where a piece was put: its sizes if it has none yet, else what is still to do.
function goOn(slot) {
  const todo = one(`#slot-${slot}[data-todo] input:enabled[type=radio]`) ?? one("[data-todo] [name=choose]", builder);
  (todo ?? one("[data-add]", builder)).focus();
}

builder.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (button?.name) {
    event.preventDefault();
    if (button.name === "choose") return choose(button.value);
    const slot = number();
    const fields = new URLSearchParams(new FormData(builder));
    fields.set(button.name, button.value);
    const done = await refresh(fields);
    if (done && picker.matches(":modal")) picker.close();
    if (done) goOn(slot);
  } else if (one("[data-add]", builder).ariaDisabled === "true") {
    event.preventDefault();
    say(one("#why", builder)?.textContent);
    one("[data-todo] :is([type=radio]:enabled, [name=choose])", builder)?.focus();
  } else if (builder.dataset.sent) {
    event.preventDefault();
  } else {
    builder.dataset.sent = "1";
    if (!one("[name=line]", builder)) remembered.set("");
  }
});
addEventListener("pageshow", () => delete builder.dataset.sent);
builder.addEventListener("change", ({ target }) => {
  if (target.type === "radio") refresh(new URLSearchParams(new FormData(builder)));
});

// Searching the picker: by name and colour, and by size in stock.
const [search, want] = all("input, select", one("[data-find]", picker));
const words = new Map(all(".pick", picker).map((pick) => [pick, pick.textContent.toLowerCase()]));
function find() {
  const asked = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const [pick, text] of words) {
    for (const button of all("button", pick)) {
      button.parentElement.hidden = Boolean(want.value) && !button.dataset.sizes.includes(`|${want.value}|`);
    }
    pick.hidden = !asked.every((word) => text.includes(word)) || !one("li:not([hidden])", pick);
    found += !pick.hidden;
  }
  one("[data-found]", picker).textContent = found === words.size ? "" : `${found || "No"} style${found === 1 ? "" : "s"} found`;
}
search.addEventListener("input", find);
want.addEventListener("change", find);
search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
one("[data-find]", picker).hidden = false;

// On a phone the picker is a sheet.
function fit() {
  one("[data-close]", picker).hidden = isWide.matches;
  if (picker.matches(":modal") || picker.open !== isWide.matches) picker.close();
  if (isWide.matches) picker.setAttribute("open", "");
}
one("[data-close]", picker).addEventListener("click", () => picker.close());
isWide.addEventListener("change", fit);
if (!picker.matches(".is-asked")) fit();
dress();
if (!location.search && remembered.get()) refresh(new URLSearchParams(remembered.get()));
