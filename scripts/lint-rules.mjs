// The arrows themselves, as data: whom each rule binds, what breaks it, and what
// to do instead. `target` is a path from the root, or `package:` and a name.

const own = /^(?:app|components|lib|prisma|proxy|instrumentation)\b/;
const framework = /^package:(?:next|next-auth|react|react-dom)(?:\/|$)/;
const upper = /^(?:app|components)\/|^lib\/http\//;
const prisma = /^prisma\/generated|^package:@prisma\//;

const screens = /^(?:app\/|(?:proxy|instrumentation)\.ts$)/;
const components = /^components\//;
const edge = /^lib\/http\//;
const domain = /^lib\/(?:auth\/|admin)/;
/** What is left of lib: it knows nothing above itself. */
const ground = /^lib\/(?!auth\/|http\/|admin)/;
const product = /^(?:app|components|lib|prisma)\/|^(?:proxy|instrumentation)\.ts$/;

const screensMayUse =
  /^(?:app|components|lib\/http|lib\/auth)\/|^lib\/(?:admin|health|metrics|form-state|config|brand|errors|mail\/address)(?:\/|$)/;

export const importRules = [
  {
    files: product,
    isBroken: ({ isReExport }) => isReExport,
    message: (target) =>
      `re-exports ${target}; no barrel files: import from the module that declares it.`,
  },
  {
    files: screens,
    isBroken: ({ target, names }) =>
      target === "package:next/headers" && names.includes("cookies"),
    message: () =>
      "takes the cookies of Next; read them with readCookies of lib/http/cookies, and write through the jar that formAction or apiRoute hands over.",
  },
  {
    files: screens,
    isBroken: ({ target }) => target === "lib/db" || prisma.test(target),
    message: (target) =>
      `reaches for the database (${target}); call a verb of lib/auth, which knows the rules.`,
  },
  {
    files: screens,
    isBroken: ({ target }) => own.test(target) && !screensMayUse.test(target),
    message: (target) =>
      `imports ${target}; a screen uses components, lib/http and lib/auth, and of the ground only what it shows.`,
  },
  {
    files: components,
    isBroken: ({ target, isType }) => !mayBeDrawn(target) && !isType,
    message: (target) =>
      `imports ${target}; a component knows components, lib/form-state and types, and is handed the rest by its page.`,
  },
  {
    files: screens,
    clientOnly: true,
    isBroken: ({ target, isType }) =>
      !mayBeDrawn(target) && !target.startsWith("app/") && !isType,
    message: (target) =>
      `sends ${target} to the browser; a form knows components and lib/form-state, and is handed the rest by its page.`,
  },
  {
    files: edge,
    isBroken: ({ target }) => /^(?:app|components)\//.test(target),
    message: (target) =>
      `imports ${target}; the edge is below the screens: hand it in as an argument.`,
  },
  {
    files: domain,
    isBroken: ({ target }) => framework.test(target) || upper.test(target),
    message: (target) =>
      `imports ${target}; the domain is plain TypeScript: lib/http reads the request and hands it a Client (lib/auth/client).`,
  },
  {
    files: ground,
    isBroken: ({ target }) =>
      framework.test(target) || upper.test(target) || domain.test(target),
    message: (target) =>
      `imports ${target}; the ground knows nothing above itself: take it as an argument, as lib/jobs takes its handlers.`,
  },
  {
    files: /^(?:lib\/http\/|scripts\/)/,
    isBroken: ({ target }) => prisma.test(target),
    message: (target) => `imports ${target}; the one client is db() of lib/db.`,
  },
  {
    files: product,
    except: /^lib\/(?:db\.ts|auth\/)/,
    isBroken: ({ target }) => prisma.test(target),
    message: (target) => `imports ${target}; the one client is db() of lib/db.`,
  },
  {
    files: product,
    except: /^lib\/auth\/sign-in\.ts$/,
    isBroken: ({ names }) => names.includes("startSession"),
    message: () =>
      "starts a session by itself; every way in ends in finishFirstFactor of lib/auth/sign-in.",
  },
];

/** What may be part of a page in the browser. */
function mayBeDrawn(target) {
  return (
    target.startsWith("components/") ||
    target === "lib/form-state" ||
    /^package:(?:react|react-dom|next\/(?:link|navigation|image)|@simplewebauthn\/browser)$/.test(
      target,
    )
  );
}

export const textRules = [
  {
    files: product,
    except: /^(?:lib\/env|instrumentation)\.ts$/,
    pattern: /\bprocess\s*\.\s*env\b/g,
    message:
      "reads process.env; settings are judged once, at boot: add it to lib/env and call env().",
  },
  {
    files: /^instrumentation\.ts$/,
    pattern: /\bprocess\s*\.\s*env\b(?!\.NEXT_RUNTIME\b)/g,
    message:
      "reads process.env; only NEXT_RUNTIME is Next's to tell: call env() of lib/env.",
  },
  {
    files: product,
    except: /^lib\/(?:env|crypto)\.ts$/,
    pattern: /\bappSecrets\b/g,
    message:
      "reads the root secret; ask lib/crypto for mac, seal or subKeys of a purpose of its own.",
  },
  {
    files: /^(?:app\/|lib\/http\/|proxy\.ts)/,
    except: /^lib\/http\/cookies\.ts$/,
    pattern:
      /["'](?:set-)?cookie["']|\b(?:jar|cookies(?:\(\))?\)?)\.(?:get|getAll|has|set|delete)\(/gi,
    message: "touches a cookie; give it a verb in lib/http/cookies and call that.",
  },
];
