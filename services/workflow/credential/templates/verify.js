"use strict";
const known = JSON.parse(document.getElementById("known").textContent);
const result = document.getElementById("result");
const utf8 = new TextDecoder("utf-8", { fatal: true });
const ascii = new TextEncoder();

class Failed extends Error {
  constructor(kind) { super(kind); this.kind = kind; }
}

function bytesOf(told) {
  if (!/^[A-Za-z0-9_-]*$/.test(told)) throw new Failed("unreadable");
  const plain = atob(told.replace(/-/g, "+").replace(/_/g, "/"));
  const bytes = Uint8Array.from(plain, (c) => c.charCodeAt(0));
  if (encoded(bytes) !== told) throw new Failed("altered"); // a second spelling of the same bytes
  return bytes;
}

function encoded(bytes) {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function jsonOf(told) {
  try { return JSON.parse(utf8.decode(bytesOf(told))); } catch (error) {
    throw error instanceof Failed ? error : new Failed("unreadable");
  }
}

async function readSigned(token, type) {
  const parts = token.split(".");
  if (parts.length !== 3) throw new Failed("unreadable");
  const header = jsonOf(parts[0]);
  if (header.typ !== type || header.alg !== "Ed25519" || "crit" in header) throw new Failed("unreadable");
  const found = known.keys.find((key) => key.kid === header.kid);
  if (!found) throw new Failed("unknown-key");
  const key = await crypto.subtle.importKey("raw", bytesOf(found.x), "Ed25519", false, ["verify"]);
  const signed = ascii.encode(parts[0] + "." + parts[1]);
  if (!await crypto.subtle.verify("Ed25519", key, bytesOf(parts[2]), signed)) throw new Failed("altered");
  return jsonOf(parts[1]);
}

async function readCredential(told) {
  const [token, ...rest] = told.split("~");
  if (rest.pop() !== "") throw new Failed("unreadable");
  const { _sd: digests, _sd_alg: algorithm, ...claims } = await readSigned(token, "dc+sd-jwt");
  if (claims.iss !== known.issuer || algorithm !== "sha-256") throw new Failed("unknown-key");
  for (const disclosure of rest) {
    const digest = encoded(new Uint8Array(await crypto.subtle.digest("SHA-256", ascii.encode(disclosure))));
    const place = digests.indexOf(digest);
    if (place < 0) throw new Failed("altered");
    digests.splice(place, 1); // told twice, it is none of the credential's
    const [, name, value] = jsonOf(disclosure);
    claims[name] = value;
  }
  return claims;
}

async function standing(claims, pasted) {
  const at = claims.status.status_list;
  const token = pasted || await fetched(at.uri);
  if (!token) throw new Failed(null);
  const list = await readSigned(token, "statuslist+jwt");
  if (list.sub !== at.uri) throw new Failed("another");
  if (list.exp * 1000 < Date.now()) throw new Failed("over");
  const packed = new Blob([bytesOf(list.status_list.lst)]).stream();
  const places = new Uint8Array(await new Response(packed.pipeThrough(new DecompressionStream("deflate"))).arrayBuffer());
  return places[at.idx >> 3] >> (at.idx & 7) & 1 ? "revoked" : "valid";
}

async function fetched(uri) {
  if (!uri.startsWith(location.origin + "/")) return null; // elsewhere, or a saved page
  try {
    const answer = await fetch(uri);
    return answer.ok ? await answer.text() : null;
  } catch { return null; }
}

function show(kind, rows = []) {
  result.className = kind === "unchecked" ? "valid" : kind;
  const told = document.createElement("strong");
  told.textContent = known.words[kind];
  const list = document.createElement("dl");
  for (const [label, value, limit] of rows) {
    const term = document.createElement("dt"), detail = document.createElement("dd");
    term.textContent = label;
    detail.textContent = value;
    if (limit) detail.className = "limit";
    list.append(term, detail);
  }
  result.replaceChildren(told, list);
  result.scrollIntoView();
}

function rowsOf(claims) {
  return known.claims.filter(([name]) => claims[name] != null && claims[name].length).map(([name, label]) => {
    const value = claims[name], limit = Array.isArray(value);
    return [label, limit ? value.map((each) => each.text).join("；") : known.values[value] || String(value), limit];
  });
}

async function supported() {
  const key = new Uint8Array(32).fill(0x66);
  key[0] = 0x58; // the base point: any good key would do
  try {
    await crypto.subtle.importKey("raw", key, "Ed25519", false, ["verify"]);
    return true;
  } catch { return false; } // an older browser, or a page that did not come over https
}

async function check(credential, status) {
  if (!await supported()) { show("unsupported"); return; }
  let claims;
  try { claims = await readCredential(credential.trim().split("#").pop()); } catch (error) {
    show(error instanceof Failed ? error.kind : "unreadable");
    return;
  }
  try { show(await standing(claims, status.trim()), rowsOf(claims)); } catch (error) {
    const why = error instanceof Failed ? error.kind : "unreadable"; // the list's fault, not the certificate's
    show("unchecked", [...why ? [[known.words.list, known.words["list-" + why], true]] : [], ...rowsOf(claims)]);
  }
}

document.getElementById("check").addEventListener("submit", (event) => {
  event.preventDefault();
  check(event.target.credential.value, event.target.status.value);
});
function begin() {
  if (location.hash.length < 2) return;
  document.getElementById("check").credential.value = location.hash.slice(1);
  check(location.hash, "");
}
addEventListener("hashchange", begin);
begin();
