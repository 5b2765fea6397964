// What a new password must be: long, and not one that others would try first
// (ASVS 6.2, NIST SP 800-63B-4 §3.1.1.2). There is no rule about kinds of
// characters. It does not ask whether the password has leaked somewhere.

import { z } from "zod";
import { isCommonPassword } from "@/lib/auth/common-passwords";
import { config } from "@/lib/config";

type PolicyContext = { email?: string; name?: string; appName: string };
type OwnWord = { word: string; kind: string };

const { minLength, maxLength } = config.password;

const sentences = {
  short: `Use at least ${minLength} characters. A sentence works well.`,
  long: `Use at most ${maxLength} characters.`,
  common: "Many people use this password, so it is too easy to guess.",
  pattern: "This password is a simple pattern, so it is too easy to guess.",
  ownWord: (kind: string) =>
    `This password is little more than ${kind}. Add other words.`,
};

/** Shorter words are in too many honest sentences ("art", "ann"). */
const minOwnWord = 4;
/** What must be left of a password without the words everybody knows of us. */
const minRemainder = 8;
const minDistinct = 5;

const separators = /[^\p{L}\p{M}\p{N}]+/u;

const rows = [
  "1234567890",
  "0123456789",
  "abcdefghijklmnopqrstuvwxyz",
  "qwertyuiopasdfghjklzxcvbnm",
  "qwertzuiopasdfghjklyxcvbnm",
  "azertyuiopqsdfghjklmwxcvbn",
  "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
];

/**
 * The one form that is measured, hashed and compared. Two keyboards spell "é"
 * in two ways; ASVS 6.2.8 would have the bytes kept, NIST asks for NFC or NFKC.
 */
export function normalizePassword(password: string): string {
  return password.normalize("NFC");
}

/** Null, or the sentence that says why not. */
export function judgeNewPassword(
  password: string,
  context: PolicyContext,
): string | null {
  const normalized = normalizePassword(password);
  const length = countCharacters(normalized);
  if (length < minLength) return sentences.short;
  if (length > maxLength) return sentences.long;

  const folded = fold(password);
  if (isPattern(folded)) return sentences.pattern;
  if (isCommonPassword(folded)) return sentences.common;

  const kind = findOwnWord(folded, context);
  return kind && sentences.ownWord(kind);
}

/** Whether others would try it first; it may have been chosen before they did. */
export function isListedPassword(password: string): boolean {
  return isCommonPassword(fold(password));
}

function fold(password: string): string {
  return normalizePassword(normalizePassword(password).toLowerCase());
}

function isPattern(text: string): boolean {
  const characters = Array.from(text);
  if (new Set(characters).size < minDistinct) return true;
  if (rows.some((row) => runsAlong(text, row))) return true;

  const block = repeatedBlock(text);
  return (
    block !== null && (countCharacters(block) < minRemainder || isCommonPassword(block))
  );
}

/** Forwards or backwards, and round the end: 890123…, zyxw…, lkjhgf… */
function runsAlong(text: string, row: string): boolean {
  const endless = row.repeat(Math.ceil(text.length / row.length) + 1);
  const backwards = Array.from(endless).reverse().join("");
  return endless.includes(text) || backwards.includes(text);
}

/** "abc" of "abcabcabc". A text is found in its double earlier only if it repeats. */
function repeatedBlock(text: string): string | null {
  const period = (text + text).indexOf(text, 1);
  return period < text.length ? text.slice(0, period) : null;
}

// What is left is judged like a password of its own, so that padding a known
// word to the length with "123456789" does not help.
function findOwnWord(text: string, context: PolicyContext): string | null {
  const known = ownWords(context).filter(({ word }) => text.includes(word));
  const [first] = known;
  if (!first) return null;

  const remainder = known.reduce((rest, { word }) => rest.replaceAll(word, ""), text);
  const isThin =
    countCharacters(remainder) < minRemainder ||
    isPattern(remainder) ||
    isCommonPassword(remainder);
  return isThin ? first.kind : null;
}

/** Longest first: taking "ada" out of an address would leave the rest of it. */
function ownWords({ email = "", name = "", appName }: PolicyContext): OwnWord[] {
  return [
    ...wordsOf(appName, "the name of this site"),
    ...wordsOf(email, "your email address"),
    ...wordsOf(name, "your name"),
  ].sort((a, b) => b.word.length - a.word.length);
}

function wordsOf(text: string, kind: string): OwnWord[] {
  const folded = fold(text).trim();
  const beforeAt = folded.split("@")[0] ?? "";
  const parts = folded.split(separators);
  const forms = [folded, beforeAt, beforeAt.split(separators).join(""), ...parts];

  return forms
    .filter((word) => countCharacters(word) >= minOwnWord)
    .map((word) => ({ word, kind }));
}

/** Code points: an emoji is one, whatever UTF-16 makes of it. */
function countCharacters(text: string): number {
  return Array.from(text).length;
}

/** A password as somebody typed it: long enough to try, short enough to hash. */
export const typedPassword = z
  .string("Enter your password.")
  .min(1, "Enter your password.")
  .refine((typed) => Array.from(typed).length <= config.password.maxLength, {
    error: `Passwords have at most ${config.password.maxLength} characters.`,
  });
