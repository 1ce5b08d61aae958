// Makes the back office's page of pictures livelier. Without it the same forms work with a reload.
(() => {
  "use strict";
  const POLL_MS = 800;
  const WORDS = {
    queued: "Waiting", processing: "Being made", ready: "Ready", failed: "Failed", dead: "Given up",
    refused: "Not taken", discarded: "Discarded",
  };
  const gallery = document.getElementById("gallery");
  const token = () => document.querySelector("[name=csrfmiddlewaretoken]").value;
  const make = (tag, values = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), values);
    element.append(...children);
    return element;
  };

  async function refresh() {
    const page = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
    gallery.replaceChildren(...page.getElementById("gallery").childNodes);
  }

  // --- Sending ---------------------------------------------------------------------------------------------------------

  const form = document.getElementById("uploader");
  if (form) {
    const input = form.querySelector("[type=file]");
    const drop = form.querySelector("[data-drop]");
    const plain = form.querySelector("[data-plain]");
    const list = form.querySelector("[data-files]");
    const status = form.querySelector("[data-status]");
    const button = form.querySelector("[value=upload]");
    let chosen = [];
    let sent = [];
    // The frame's script would look for a text field of its own beside every file field.
    input.hasChangeListener = true;

    form.querySelector("[data-with-script]").hidden = false;
    plain.remove();
    input.required = false;

    const tell = (words) => { status.textContent = words; };
    const choose = (files) => {
      chosen = [...files].map((file, place) => row(file, place));
      list.replaceChildren(...chosen.map((one) => one.item));
      tell(chosen.length ? `${chosen.length} chosen. Say of each what is to be seen, then upload.` : "");
    };
    const row = (file, place) => {
      const alt = make("input", { id: `new-alt-${place}`, maxLength: 200, required: true });
      const state = make("span", { className: "gallery-state", textContent: size(file) });
      const reason = make("p", { className: "gallery-reason" });
      const label = make("label", { htmlFor: alt.id, textContent: "What is to be seen" });
      const item = make("li", {}, make("strong", { textContent: file.name }), " ", state, reason, label, alt);
      if (file.size > form.dataset.megabytes * 1048576) reason.textContent = `Larger than ${form.dataset.megabytes} MB.`;
      return { file, item, alt, state, reason, label };
    };
    const size = (file) => `${(file.size / 1048576).toFixed(1)} MB`;

    input.addEventListener("change", () => choose(input.files));
    for (const name of ["dragenter", "dragover"]) {
      drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.add("is-over"); });
    }
    for (const name of ["dragleave", "drop"]) {
      drop.addEventListener(name, (event) => { event.preventDefault(); drop.classList.remove("is-over"); });
    }
    drop.addEventListener("drop", (event) => choose(event.dataTransfer.files));

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (!chosen.length) { tell("Choose at least one picture."); input.focus(); return; }
      if (chosen.length > Number(form.dataset.most)) { tell(`At most ${form.dataset.most} at once.`); return; }
      send();
    });

    function send() {
      const body = new FormData();
      body.append(form.dataset.field, form.dataset.name);
      for (const one of chosen) {
        body.append("files", one.file);
        body.append("alt", one.alt.value);
        one.bar = make("progress", { max: one.file.size || 1, value: 0, ariaLabel: `Sending ${one.file.name}` });
        one.item.append(one.bar);
        one.state.textContent = "Being sent";
      }
      button.disabled = input.disabled = true;
      tell("Sending …");
      const request = new XMLHttpRequest();
      request.open("POST", form.dataset.api);
      request.setRequestHeader("X-CSRFToken", token());
      request.setRequestHeader("Accept", "application/json");
      // Files travel one after the other: what has gone out tells how far each is.
      request.upload.addEventListener("progress", (event) => {
        let gone = event.loaded;
        for (const one of chosen) {
          one.bar.value = Math.max(0, Math.min(gone, one.file.size));
          gone -= one.file.size;
        }
      });
      request.addEventListener("load", () => answered(request));
      request.addEventListener("error", () => stop("The connection broke off. Nothing is lost here: upload again."));
      request.send(body);
    }

    function answered(request) {
      let answer;
      try { answer = JSON.parse(request.responseText); } catch { stop("The shop did not answer as expected. Try again."); return; }
      if (request.status !== 202) {
        (answer.details?.files || []).forEach((told, place) => { if (chosen[place]) chosen[place].reason.textContent = told.reason; });
        stop(answer.detail || "The upload was refused.");
        return;
      }
      for (const one of chosen) { one.bar.remove(); one.label.remove(); one.alt.remove(); }
      [sent, chosen] = [chosen, []];
      show(answer);
    }

    function stop(words) {
      for (const one of chosen) { one.bar?.remove(); one.state.textContent = size(one.file); }
      button.disabled = input.disabled = false;
      tell(words);
    }

    function show(answer) {
      answer.files.forEach((told, place) => {
        const one = sent[place];
        one.state.textContent = WORDS[told.state] || told.state;
        one.state.className = `gallery-state is-${told.state}`;
        one.reason.textContent = told.reason;
        one.retry?.remove();
        if (told.can_retry) {
          one.retry = make("button", { type: "button", className: "gallery-button", textContent: "Try again" });
          one.retry.addEventListener("click", async () => {
            await fetch(`${answer.url}files/${told.id}/retry/`, { method: "POST", headers: { "X-CSRFToken": token() } });
            follow(answer.url);
          });
          one.item.append(one.retry);
        }
      });
      if (answer.done) {
        tell(`${answer.ready} of ${answer.total} are ready.`);
        button.disabled = input.disabled = false;
        input.value = "";
        refresh();
      } else {
        tell(`Sent. ${answer.ready} of ${answer.total} are ready …`);
        setTimeout(() => follow(answer.url), POLL_MS);
      }
    }

    async function follow(url) {
      try {
        const answer = await fetch(url, { headers: { Accept: "application/json" } });
        if (!answer.ok) throw new Error(String(answer.status));
        show(await answer.json());
      } catch {
        setTimeout(() => follow(url), 4 * POLL_MS);
      }
    }
  }

  // --- Order -----------------------------------------------------------------------------------------------------------

  let dragged = null;
  gallery.addEventListener("dragstart", (event) => {
    if (event.target.closest("input")) { event.preventDefault(); return; }
    dragged = event.target.closest("li[draggable]");
    dragged?.classList.add("is-dragged");
  });
  gallery.addEventListener("dragover", (event) => {
    const over = event.target.closest("li[draggable]");
    if (!dragged || !over) return;
    event.preventDefault();
    if (over === dragged) return;
    const box = over.getBoundingClientRect();
    over[event.clientY < box.top + box.height / 2 ? "before" : "after"](dragged);
  });
  gallery.addEventListener("dragend", async () => {
    dragged?.classList.remove("is-dragged");
    if (!dragged) return;
    dragged = null;
    const ids = [...gallery.querySelectorAll("li[data-id]")].map((item) => item.dataset.id).join(",");
    await fetch(location.href, { method: "POST", body: new URLSearchParams({ do: "order", ids, csrfmiddlewaretoken: token() }) });
    refresh();
  });
  gallery.addEventListener("submit", (event) => {
    const sure = event.submitter?.dataset.sure;
    if (sure && !confirm(sure)) event.preventDefault();
  });
})();
