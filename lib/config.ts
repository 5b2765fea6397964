// Every number and word a fork may change, in one place. Durations are
// milliseconds and are only ever written through these helpers, so that a unit
// cannot be mistaken.

export const seconds = (n: number) => n * 1000;
export const minutes = (n: number) => seconds(60 * n);
export const hours = (n: number) => minutes(60 * n);
export const days = (n: number) => hours(24 * n);

export const config = {
  brand: {
    name: "Latchkey",
    supportAddress: "support@example.com",
  },

  session: {
    /** NIST SP 800-63B-4 §2.2.3 allows more; a lost laptop argues for less. */
    idle: days(7),
    absolute: days(30),
    /** Without "Keep me signed in": a working day, and no longer than the browser. */
    unkept: hours(12),
    maxPerUser: 10,
  },

  accessToken: {
    lifetime: minutes(15),
    audience: "latchkey",
    /** An open page renews this long before the end. */
    renewBefore: minutes(1),
    /** Clocks of our own nodes may differ by this much. */
    clockTolerance: seconds(30),
  },

  refreshToken: {
    /** A token younger than this is not rotated again. */
    minAge: seconds(60),
    /** Generations superseded within this window are still answered. */
    grace: seconds(45),
  },

  deviceCookie: { lifetime: days(400) },

  challenge: {
    registration: hours(24),
    /** Between the first factor and the second. */
    signIn: minutes(10),
    /** ASVS 6.4.1 and NIST §3.2.2 both want a mailed reset to be short. */
    reset: minutes(30),
    /** Confirmed at the new address, and taken back from the old one. */
    emailChange: hours(24),
    emailCancel: hours(72),
    notMe: hours(72),
    /** The mailed code of a confirmation, and the form that waits for it. */
    stepUp: minutes(10),
    magicLink: minutes(10),
    /** Between showing the key of an authenticator app and its first code. */
    totpEnrolment: minutes(10),
    /** A passkey's ceremony; an open page begins another one before its end. */
    passkey: minutes(5),
    /** The first mail's head start before another may be asked for. */
    resendAfter: seconds(30),
    /** Wrong codes that kill the code; the link lives on. */
    maxAttempts: 5,
  },

  password: {
    minLength: 15,
    maxLength: 256,
    /** OWASP's floor for argon2id; `memoryCost` is in KiB. */
    argon2: { memoryCost: 19_456, timeCost: 2, parallelism: 1 },
    /** Hashes that may wait for a core before new ones get a 503. */
    maxQueue: 64,
    /**
     * Wrong passwords in a row, counted for an account and for each browser that
     * has signed in to it before. After the free ones each costs twice the wait
     * of the one before; after `refuseAfter` only a reset helps (NIST SP
     * 800-63B-4 §3.2.2: at most 100).
     */
    throttle: {
      freeFailures: 5,
      firstDelay: seconds(15),
      maxDelay: minutes(15),
      refuseAfter: 100,
      /** The right one after this many wrong ones is news to the owner. */
      tellAfter: 5,
      /** A count below that, which nobody added to for this long, is forgotten. */
      forgetAfter: days(30),
    },
  },

  passkey: {
    maxPerUser: 20,
    /** "Not now" to the offer of one. */
    offerAgainAfter: days(30),
    /** A sign-in this recent may be followed by the silent creation of one. */
    upgradeWithin: minutes(5),
    /** An open sign-in page begins a new ceremony this long before the end. */
    renewBefore: minutes(1),
  },

  secondFactor: {
    totp: {
      /** RFC 6238 §4.1 and what every app assumes. */
      period: seconds(30),
      /** One step to either side, for clocks that differ (§5.2). */
      tolerance: seconds(30),
    },
    backupCodes: 10,
    /** So few are left that it is time for new ones. */
    fewBackupCodes: 3,
    /**
     * Wrong codes in a row, whatever the method, counted like wrong passwords. Six
     * digits need the longer wait: three of a million are right at any time. After
     * `refuseAfter` they are refused and a passkey or a backup code is needed.
     */
    throttle: {
      freeFailures: 5,
      firstDelay: seconds(15),
      maxDelay: hours(1),
      refuseAfter: 100,
      /** Whoever got this far knows the first factor: its owner hears of it. */
      mailAfter: 10,
      tellAfter: 5,
      forgetAfter: days(30),
    },
  },

  checkUp: {
    /** A session that nobody has used for this long is a device that was forgotten. */
    idleSession: days(30),
  },

  body: { maxBytes: 64 * 1024 },

  /** A database that is away must cost a request seconds, not minutes. */
  database: { connectTimeout: seconds(3), queryTimeout: seconds(10) },

  /** What a 503 asks clients to wait. */
  retryAfter: seconds(5),

  /**
   * `points` within `per`, then refused until the window ends. Where failures
   * only count, the point is handed back after an attempt that succeeded.
   */
  rateLimits: {
    signIn: { points: 5, per: minutes(10), failuresOnly: true, store: "database" },
    confirm: { points: 10, per: minutes(10), failuresOnly: true, store: "database" },
    /** Codes that a signed-in person may ask for; counted for the account. */
    confirmMail: { points: 5, per: hours(1), failuresOnly: false, store: "database" },
    resetPassword: {
      points: 10,
      per: minutes(10),
      failuresOnly: true,
      store: "database",
    },
    notMe: { points: 10, per: minutes(10), failuresOnly: true, store: "database" },
    magicLink: { points: 10, per: minutes(10), failuresOnly: true, store: "database" },
    passkey: { points: 10, per: minutes(10), failuresOnly: true, store: "database" },
    secondFactor: {
      points: 15,
      per: minutes(10),
      failuresOnly: true,
      store: "database",
    },
    /** Each page that offers passkeys asks for a challenge; a node counts by itself. */
    passkeyOptions: {
      points: 200,
      per: minutes(10),
      failuresOnly: false,
      store: "memory",
    },
    verifyEmail: { points: 10, per: minutes(10), failuresOnly: true, store: "database" },
    refresh: { points: 20, per: minutes(10), failuresOnly: true, store: "database" },
    mailPerAddress: { points: 20, per: hours(1), failuresOnly: false, store: "database" },
    mailPerRecipient: {
      points: 3,
      per: hours(1),
      failuresOnly: false,
      store: "database",
    },
    /**
     * Wrong six-digit codes an address; after them only links work. Else five for
     * every mail would add up to one guess in eight a year.
     */
    wrongCode: { points: 30, per: days(1), failuresOnly: true, store: "database" },
    mailForSite: { points: 2000, per: hours(1), failuresOnly: false, store: "database" },
    /** Signed-in requests cost no query; a node counts them by itself. */
    account: { points: 120, per: minutes(1), failuresOnly: false, store: "memory" },
  },

  jobs: {
    /** A mail server may be away for hours before a mail is given up. */
    mail: { retryDelay: seconds(15), giveUpAfter: hours(24), timeout: minutes(2) },
    /** How many of a kind a node does at a time. */
    workers: { mail: 4, "clean-up": 1 },
    /** How often an idle worker asks; one that was just told asks at once. */
    poll: seconds(2),
    /** Ended sessions are kept this long for the record, spent secrets for a day. */
    keepEnded: days(90),
    keepSpent: days(1),
    /** Rows that one statement of the clean-up removes. */
    cleanUpBatch: 1000,
  },
} as const;

export type RateLimitName = keyof typeof config.rateLimits;
