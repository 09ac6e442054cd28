// A real OpenID provider for tests: panva's oidc-provider on loopback, with its development pages.
// Arguments: the folder with oidc-provider in it, and options as JSON. Prints the issuer, then serves.
import { createServer } from "node:http";
import { generateKeyPairSync } from "node:crypto";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const [modules, optionsText = "{}"] = process.argv.slice(2);
const options = JSON.parse(optionsText);
const { Provider } = await import(pathToFileURL(join(modules, "oidc-provider/lib/index.js")).href);

const key = (type, alg, more) => ({
  ...generateKeyPairSync(type, more).privateKey.export({ format: "jwk" }),
  alg,
  use: "sig",
});

// Who signs in is what is typed as the login: "ken" is ken@example.com, "ken!unverified" is not.
const findAccount = (_ctx, id) => {
  const [name, flag] = id.split("!");
  return {
    accountId: id,
    claims: () => ({
      sub: id,
      name: name[0].toUpperCase() + name.slice(1),
      preferred_username: `${name}@example.com`,
      email: `${name}@example.com`,
      ...(flag === "silent" ? {} : { email_verified: flag !== "unverified" }),
    }),
  };
};

const hasDevice = options.device ?? true;
const grants = [
  "authorization_code",
  ...(hasDevice ? ["urn:ietf:params:oauth:grant-type:device_code"] : []),
];
const client = (id, more) => ({
  client_id: id,
  application_type: "native",
  redirect_uris: ["http://127.0.0.1/callback", ...(options.redirects ?? [])],
  grant_types: grants,
  response_types: ["code"],
  token_endpoint_auth_method: "none",
  ...more,
});

const server = createServer((request, response) => handle(request, response));
let handle;
server.listen(options.port ?? 0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    findAccount,
    clients: [
      client("console"),
      client("elliptic", { id_token_signed_response_alg: "ES256" }),
      client("edwards", { id_token_signed_response_alg: "EdDSA" }),
      client("padded", { id_token_signed_response_alg: "PS256" }),
      client("confidential", { token_endpoint_auth_method: "client_secret_basic", client_secret: options.secret ?? "only the two of us know: 100% & more" }),
      client("browser-only", { grant_types: ["authorization_code"] }),
    ],
    jwks: {
      keys: [
        key("rsa", "RS256", { modulusLength: 2048 }),
        key("rsa", "PS256", { modulusLength: 2048 }),
        key("ec", "ES256", { namedCurve: "P-256" }),
        key("ed25519", "EdDSA", {}),
      ],
    },
    enabledJWA: { idTokenSigningAlgValues: ["RS256", "PS256", "ES256", "EdDSA"] },
    claims: {
      openid: ["sub"],
      email: ["email", "email_verified"],
      profile: ["name", "preferred_username"],
    },
    conformIdTokenClaims: options.thin ?? false,
    cookies: { keys: ["a key for cookies in tests"] },
    features: {
      devInteractions: { enabled: true },
      userinfo: { enabled: true },
      deviceFlow: { enabled: hasDevice },
    },
    ttl: { DeviceCode: options.deviceSeconds ?? 600, AuthorizationCode: 60, IdToken: 600 },
  });
  handle = provider.callback();
  console.log(issuer);
});
