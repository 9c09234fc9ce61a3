document.querySelector("header nav").addEventListener("click", (event) => {
  const chosen = event.target.closest("a");
  if (!chosen) return;
  event.preventDefault();
  document.documentElement.lang = chosen.lang;
  for (const each of event.currentTarget.children) each.toggleAttribute("aria-current", each === chosen);
});
if ("serviceWorker" in navigator) navigator.serviceWorker.register("worker.js");
