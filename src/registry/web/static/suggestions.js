// Suggestions under the search box: a combobox with a list. Without script the box is a plain field of a form.
// Nothing happens on typing or arrow keys but showing and choosing; Enter or a click searches.
"use strict";

const PAUSE = 120;

class Suggestions {
  constructor(box) {
    this.address = box.dataset.suggestions;
    this.count = box.dataset.count;
    this.input = box.querySelector("input");
    this.list = box.appendChild(document.createElement("ul"));
    this.status = box.appendChild(document.createElement("p"));
    this.chosen = -1;
    this.asked = 0;
    this.describe();
    this.input.addEventListener("input", () => this.wait());
    this.input.addEventListener("keydown", (event) => this.press(event));
    this.input.addEventListener("blur", () => this.close());
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.follow(event.target.closest("li")));
  }

  describe() {
    this.list.id = `${this.input.id}-suggestions`;
    this.list.className = "suggestions";
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.input.labels[0].textContent);
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-controls", this.list.id);
    this.input.setAttribute("aria-expanded", "false");
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), PAUSE);
  }

  async ask() {
    const number = ++this.asked;
    const typed = this.input.value.trim();
    if (!typed) return this.close();
    try {
      const answer = await fetch(`${this.address}?${new URLSearchParams({ q: typed })}`);
      const found = answer.ok ? (await answer.json()).suggestions : [];
      if (number === this.asked && document.activeElement === this.input) this.show(found);
    } catch {
      this.close();
    }
  }

  show(found) {
    this.chosen = -1;
    this.input.removeAttribute("aria-activedescendant");
    this.list.replaceChildren(...found.map((one, at) => this.option(one, at)));
    this.list.hidden = !found.length;
    this.input.setAttribute("aria-expanded", String(Boolean(found.length)));
    this.status.textContent = found.length ? this.count.replace("{number}", found.length) : "";
  }

  option(one, at) {
    const option = document.createElement("li");
    option.id = `${this.list.id}-${at}`;
    option.dataset.address = one.address;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    for (const [text, name] of [[one.text, ""], [one.kind, "muted small"]]) {
      const part = option.appendChild(document.createElement("span"));
      part.textContent = text;
      part.className = name;
    }
    return option;
  }

  press(event) {
    if (event.isComposing) return;
    const steps = { ArrowDown: 1, ArrowUp: -1 };
    if (event.key in steps && !this.list.hidden) {
      event.preventDefault();
      this.choose(this.chosen + steps[event.key]);
    } else if (event.key === "Enter" && this.chosen >= 0) {
      event.preventDefault();
      this.follow(this.list.children[this.chosen]);
    } else if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    }
  }

  // One place more than there are options: the field itself, as it was typed.
  choose(at) {
    const number = this.list.children.length;
    this.chosen = ((at + 1 + number + 1) % (number + 1)) - 1;
    for (const [place, option] of [...this.list.children].entries()) {
      option.setAttribute("aria-selected", String(place === this.chosen));
    }
    const option = this.list.children[this.chosen];
    if (option) this.input.setAttribute("aria-activedescendant", option.id);
    else this.input.removeAttribute("aria-activedescendant");
  }

  follow(option) {
    if (option) window.location.assign(option.dataset.address);
  }

  close() {
    this.asked += 1;
    this.show([]);
  }
}

for (const box of document.querySelectorAll("[data-suggestions]")) new Suggestions(box);
