// A root of nobody's, and a certificate of an authenticator's maker under it that
// says where to ask whether it was revoked: https://stranger.example/revoked. DER in
// base64, valid until the year 3024; their keys are thrown away.

export const strangersRoot = [
  "MIIBbDCCARGgAwIBAgIBATAKBggqhkjOPQQDAjAcMRowGAYDVQQDDBFBIHN0cmFuZ2VyJ3Mgcm9vdDAg",
  "Fw0yNDAxMDEwMDAwMDBaGA8zMDI0MDEwMTAwMDAwMFowHDEaMBgGA1UEAwwRQSBzdHJhbmdlcidzIHJv",
  "b3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQWi96jbMAtqY/LmZFfSakikfCI5iOLfXasizxxRHlj",
  "bAe2wrnIS6oLOm7qGORjVwIiNyJsOYA0gWxl6v1oWl6ho0IwQDAPBgNVHRMBAf8EBTADAQH/MA4GA1Ud",
  "DwEB/wQEAwIBBjAdBgNVHQ4EFgQU91GYwr+uVIeFxGtniLC5ajLvDQ0wCgYIKoZIzj0EAwIDSQAwRgIh",
  "AIm8At3pNMSBkYtf4+ytWxyZGDklXzMYJlhxLihtS2fUAiEA+qyIvD6U0RaiO9CLpu20HPtb9cPNksGY",
  "A8r4zLqJuOE=",
].join("");

export const strangersLeaf = [
  "MIIByDCCAW6gAwIBAgIBAjAKBggqhkjOPQQDAjAcMRowGAYDVQQDDBFBIHN0cmFuZ2VyJ3Mgcm9vdDAg",
  "Fw0yNDAxMDEwMDAwMDBaGA8zMDI0MDEwMTAwMDAwMFowVzELMAkGA1UEBhMCQUExETAPBgNVBAoMCFN0",
  "cmFuZ2VyMSIwIAYDVQQLDBlBdXRoZW50aWNhdG9yIEF0dGVzdGF0aW9uMREwDwYDVQQDDAhTdHJhbmdl",
  "cjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABB+La748UuJJNOVi14s9ncuKbz3pI54aAc1fA6G8OBMv",
  "1XkfIki+ovrtNy1bUEQOsojva7C8YF0XEJQybggfryijZDBiMAwGA1UdEwEB/wQCMAAwHwYDVR0jBBgw",
  "FoAU91GYwr+uVIeFxGtniLC5ajLvDQ0wMQYDVR0fBCowKDAmoCSgIoYgaHR0cHM6Ly9zdHJhbmdlci5l",
  "eGFtcGxlL3Jldm9rZWQwCgYIKoZIzj0EAwIDSAAwRQIgL921xsB4LnUbUKUysXNr+qqYRs5W/zis6vpY",
  "bxH+qRECIQC/rcwjhmOpd3JHgWSJtP9HKn+fYxsasVIOWo0SoQte7A==",
].join("");
