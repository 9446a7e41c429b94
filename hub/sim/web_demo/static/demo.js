// What the demo's page does besides: reads the voice aloud if the visitor wants it, and says when the demo has ended.
// Everything works without it.
"use strict";

(() => {
  const GONE_AFTER_MS = 5000;
  let heardAt = Date.now();
  let last = document.getElementById("said")?.dataset.said;
  const speak = document.getElementById("speak");
  const isWanted = () => speak.getAttribute("aria-pressed") === "true";

  // Only the newest is read: at ×600 an afternoon would be talked through for an hour.
  const readAloud = () => {
    const said = document.getElementById("said");
    if (!said || said.dataset.said === last) return;
    last = said.dataset.said;
    if (!isWanted()) return;
    const words = new SpeechSynthesisUtterance(said.querySelector(".words").textContent);
    words.lang = said.lang;
    speechSynthesis.cancel();
    speechSynthesis.speak(words);
  };

  if ("speechSynthesis" in window) {
    speak.hidden = false;
    speak.addEventListener("click", () => {
      speak.setAttribute("aria-pressed", String(!isWanted()));
      if (!isWanted()) speechSynthesis.cancel();
      else { last = undefined; readAloud(); }
    });
  }

  const tellWhetherGone = () => {
    const isGone = Date.now() - heardAt > GONE_AFTER_MS;
    let banner = document.getElementById("stale");
    if (isGone && !banner) {
      banner = document.createElement("p");
      banner.id = "stale";
      banner.setAttribute("role", "alert");
      banner.textContent = document.body.dataset.gone;
      document.getElementById("main").prepend(banner);
    } else if (!isGone && banner) banner.remove();
  };

  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) heardAt = Date.now();
  });
  document.addEventListener("htmx:afterSettle", readAloud);
  document.addEventListener("htmx:afterRequest", (event) => {
    const write = document.getElementById("write");
    if (event.detail.elt === write && event.detail.successful) write.reset();
  });
  // A page that lay in the background was not asked: what counts is an answer that fails to come.
  setInterval(tellWhetherGone, 1000);
})();
