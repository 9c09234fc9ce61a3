/** Elements from data. Text is always text: nothing that came over the network becomes markup. */

export const byId = (id) => document.getElementById(id);

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "onclick") made.addEventListener("click", value);
    else if (value !== undefined && value !== null) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** Rebuilds what changed and keeps the keyboard where it was. */
export function replaceKeepingFocus(old, fresh) {
  const key = old.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  old.replaceWith(fresh);
  if (key) fresh.querySelector(`[data-key="${key}"]`)?.focus();
}

export function complain(id, error) {
  const place = byId(id);
  place.textContent = error ? error.message : "";
  place.hidden = !error;
}
