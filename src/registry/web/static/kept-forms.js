// Keeps what is typed into a long form from time to time, so that a closed window or an ended session loses nothing.
// Without script the form still comes back after signing in again; this only adds the time in between.
"use strict";

const KEEP_AFTER = 2000;

class KeptForm {
  constructor(form) {
    this.form = form;
    this.address = form.dataset.keep;
    this.status = document.querySelector("[data-kept]");
    this.sent = this.fields();
    form.addEventListener("input", () => this.wait());
    form.addEventListener("submit", () => this.rest());
    document.addEventListener("visibilitychange", () => document.hidden && this.keep());
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.keep(), KEEP_AFTER);
  }

  rest() {
    clearTimeout(this.timer);
    this.handedOver = true;
  }

  fields() {
    return new URLSearchParams(new FormData(this.form)).toString();
  }

  async keep() {
    const fields = this.fields();
    if (this.handedOver || fields === this.sent) return;
    try {
      const answer = await fetch(this.address, {
        method: "POST",
        body: new URLSearchParams(new FormData(this.form)),
        redirect: "manual",
      });
      if (!answer.ok) throw new Error(answer.status);
      this.sent = fields;
      const { kept_at: time } = await answer.json();
      this.tell((words) => words.kept.replace("{time}", time));
    } catch {
      this.tell((words) => words.notKept);
    }
  }

  tell(sentence) {
    if (this.status && !this.handedOver) this.status.textContent = sentence(this.status.dataset);
  }
}

for (const form of document.querySelectorAll("form[data-keep]")) new KeptForm(form);
