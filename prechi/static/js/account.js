// A password can be looked at while one writes it. Without this file it is typed unseen, as ever.
"use strict";

for (const input of document.querySelectorAll("input[type=password]")) {
  const button = Object.assign(document.createElement("button"), { type: "button", className: "btn-text", textContent: "Show" });
  const label = document.querySelector(`label[for="${input.id}"]`)?.textContent.trim() ?? "password";
  const tell = (shown) => {
    input.type = shown ? "text" : "password";
    button.textContent = shown ? "Hide" : "Show";
    button.setAttribute("aria-label", `${button.textContent} ${label.toLowerCase()}`);
  };
  const box = Object.assign(document.createElement("div"), { className: "password" });
  input.before(box);
  box.append(input, button);
  tell(false);
  button.addEventListener("click", () => {
    tell(input.type === "password");
    input.focus();
  });
  // Nobody's browser is to remember it as plain text.
  input.form?.addEventListener("submit", () => tell(false));
}
