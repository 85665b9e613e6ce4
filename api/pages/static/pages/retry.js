/* Trying again: by and by, when the network is back, when the page is looked at again, and at once when asked;
   but never before the time that the service asked for. A telephone's clock may be set right meanwhile (it often is,
   when the network comes back), so time is taken from one that only goes forward. */

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
  notBefore = Math.max(notBefore, performance.now() + atLeast);
  arm(Math.max(wait, msToWait()));
  wait = Math.min(2 * wait, LONGEST_WAIT);
}

export function msToWait() {
  return Math.max(0, notBefore - performance.now());
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
