// The listening half of the session keeper: timer, input, return to the tab,
// other tabs. Loss of the network never signs anybody out; only a 401 does.

import {
  askForRenewal,
  backOff,
  hasSession,
  judgeRenewal,
  nextLook,
  type Renewal,
  type RenewalAnswer,
  signInAddress,
} from "@/components/renewal";

// Not `scroll`: a page scrolls by itself too.
const inputs = ["pointerdown", "keydown", "wheel", "touchmove"];

/** How long to wait for another tab's news before trying again. */
const turnOfAnother = 2000;

type KeepSessionOptions = { renewAt: number; loginPath: string };

/** Starts keeping and returns what stops it. */
export function keepSession({ renewAt, loginPath }: KeepSessionOptions): () => void {
  const stop = new AbortController();
  const otherTabs = new BroadcastChannel("latchkey-session");
  const renewal: Renewal = { renewAt, inputAt: 0, renewedAt: Date.now(), retryAt: 0 };
  let timer: ReturnType<typeof setTimeout>;
  let failures = 0;
  let isBusy = false;

  function look() {
    clearTimeout(timer);
    if (stop.signal.aborted || isBusy) return;
    const verdict = judgeRenewal(renewal, Date.now());
    if (verdict === "renew") renew().catch(tryLater);
    if (verdict === "later") timer = setTimeout(look, nextLook(renewal, Date.now()));
  }

  function noteRenewed(until: number) {
    failures = 0;
    renewal.renewAt = until;
    renewal.renewedAt = Date.now();
    renewal.retryAt = 0;
  }

  async function renew() {
    isBusy = true;
    const hadTurn = await oneTabAtATime(async () => {
      if (stop.signal.aborted || judgeRenewal(renewal, Date.now()) !== "renew") return;
      settle(await askForRenewal());
    });
    if (!hadTurn) renewal.retryAt = Date.now() + turnOfAnother;
    isBusy = false;
    look();
  }

  /** The browser refuses locks to a page that it is putting away. */
  function tryLater() {
    isBusy = false;
    failures += 1;
    renewal.retryAt = Date.now() + backOff(failures, Math.random());
    look();
  }

  function settle(answer: RenewalAnswer) {
    if (answer.kind === "ended") return leave(answer.reason);
    if (answer.kind === "renewed") {
      noteRenewed(answer.renewAt);
      if (!stop.signal.aborted) otherTabs.postMessage(answer.renewAt);
      return;
    }
    failures += 1;
    const wait = Math.max(backOff(failures, Math.random()), answer.retryAfter);
    renewal.retryAt = Date.now() + wait;
  }

  function leave(reason: string | null) {
    if (stop.signal.aborted) return;
    stop.abort();
    location.assign(
      signInAddress(loginPath, location.pathname + location.search, reason),
    );
  }

  function noteInput() {
    renewal.inputAt = Date.now();
    if (renewal.inputAt >= renewal.renewAt) look();
  }

  // The token may be past its time, or the session ended from elsewhere. The
  // first is settled by the next input, the second at once.
  async function comeBack() {
    if (document.visibilityState !== "visible") return;
    look();
    if (Date.now() >= renewal.renewAt || isBusy) return;
    const isSignedIn = await hasSession();
    if (!isSignedIn && !isBusy && Date.now() < renewal.renewAt) leave(null);
  }

  function retryNow() {
    renewal.retryAt = 0;
    look();
  }

  const { signal } = stop;
  for (const input of inputs) {
    addEventListener(input, noteInput, { signal, passive: true, capture: true });
  }
  document.addEventListener("visibilitychange", comeBack, { signal });
  addEventListener("pageshow", (event) => event.persisted && comeBack(), { signal });
  addEventListener("online", retryNow, { signal });
  otherTabs.addEventListener("message", (event) => {
    noteRenewed(Number(event.data));
    look();
  });
  look();

  return () => {
    stop.abort();
    clearTimeout(timer);
    otherTabs.close();
  };
}

// False when another tab is at it. Nobody queues: the news of a renewal may
// arrive after the lock, and a queue would then renew once for each tab.
// Without Web Locks (plain http off localhost) the server's grace period
// answers two tabs that renew at once.
async function oneTabAtATime(work: () => Promise<void>): Promise<boolean> {
  if (!navigator.locks) {
    await work();
    return true;
  }
  const options = { ifAvailable: true };
  return navigator.locks.request("latchkey-refresh", options, async (lock) => {
    if (lock) await work();
    return lock !== null;
  });
}
