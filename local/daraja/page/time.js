/** Nairobi's wall clock, and the simulator's clock where it differs from the browser's. */

let offset = 0;

export const setServerTime = (iso) => { offset = Date.parse(iso) - Date.now(); };
export const now = () => Date.now() + offset;
export const secondsUntil = (iso) => Math.max(0, (Date.parse(iso) - now()) / 1000);

const format = (options) => new Intl.DateTimeFormat("en-GB", { timeZone: "Africa/Nairobi", ...options });
const hoursAndMinutes = format({ hour: "2-digit", minute: "2-digit" });
const withSeconds = format({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = format({ weekday: "long", day: "numeric", month: "long" });

export const clockTime = (moment = now()) => hoursAndMinutes.format(moment);
export const clockDate = () => day.format(now());
export const exactTime = (iso) => withSeconds.format(Date.parse(iso));
