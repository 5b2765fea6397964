import { ApiClient } from "./api-client";
import { expect, newEmail, password, test } from "./fixtures";

test("N06 a rush of sign-ups is mailed as fast as the mail server takes it", async ({
  app,
}) => {
  const emails = Array.from({ length: 24 }, newEmail);
  await Promise.all(
    emails.map((email) =>
      new ApiClient(app.url).post("/api/auth/register", { email, password }),
    ),
  );
  // Resting at each poll, the last would come long after `wait` has given up.
  await Promise.all(emails.map((email) => app.mailbox.wait(email)));
  expect(emails.every((email) => app.mailbox.to(email).length === 1)).toBe(true);
});
