/* Trying again: by and by, when the network is back, when the page is looked at again, and at once when asked;
   but never before the time that the service asked for. */

const SHORTEST_WAIT = 5000;
const LONGEST_WAIT = 60000;
const works = new Set();
let timer = 0;
let wait = SHORTEST_WAIT;
let notBefore = 0;

function arm(ms) {
  clearTimeout(timer);
  timer = setTimeout(tryNow, ms);
}

export function tryLater(work, atLeast) {
  works.add(work);
  notBefore = Math.max(notBefore, Date.now() + atLeast);
  arm(Math.max(wait, msToWait()));
  wait = Math.min(2 * wait, LONGEST_WAIT);
}

export function msToWait() {
  return Math.max(0, notBefore - Date.now());
}

/* Return whether it was tried: the service may have asked for more patience. */
export function tryNow() {
  if (msToWait() > 0) {
    arm(msToWait());
    return false;
  }
  const now = [...works];
  works.clear();
  clearTimeout(timer);
  now.forEach((work) => work());
  return true;
}

export function startAnew() {
  works.clear();
  clearTimeout(timer);
  wait = SHORTEST_WAIT;
}

window.addEventListener("online", tryNow);
document.addEventListener("visibilitychange", () => { if (!document.hidden) tryNow(); });
