// What a page does besides: counts down, and says when it is no longer true. Everything works without it.
"use strict";

(() => {
  const STALE_AFTER_MS = 20000;
  let heardAt = Date.now();
  const live = () => document.getElementById("live");

  const left = (seconds) => {
    const minutes = Math.floor(seconds / 60);
    return `${minutes}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;
  };

  // The phone's own clock may be wrong: what counts is how far the hub's "now" and "until" are apart.
  const countDown = () => {
    for (const each of document.querySelectorAll(".countdown[data-left]")) {
      const until = Number(each.dataset.end || 0) || (each.dataset.end = performance.now() + 1000 * each.dataset.left);
      const seconds = Math.max(0, (Number(until) - performance.now()) / 1000);
      each.textContent = left(seconds);
    }
  };

  const tellWhetherOld = () => {
    if (!live() || !document.body.dataset.stale) return;
    const isOld = Date.now() - heardAt > STALE_AFTER_MS;
    let banner = document.getElementById("stale");
    if (isOld && !banner) {
      banner = document.createElement("p");
      banner.id = "stale";
      banner.setAttribute("role", "alert");
      banner.textContent = `${document.body.dataset.stale} ${new Date(heardAt).toLocaleTimeString()}`;
      document.getElementById("main").prepend(banner);
      document.body.classList.add("old");
    } else if (!isOld && banner) {
      banner.remove();
      document.body.classList.remove("old");
    }
  };

  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) heardAt = Date.now();
  });
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  setInterval(() => { countDown(); tellWhetherOld(); }, 1000);
  countDown();
})();
