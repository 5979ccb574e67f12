// Reads and judges the token of a certificate's QR, without a network. The same rules, in the same order, as
// shegong/duties/registry/rules/token.py; tests hold the two together. Gives window.Token.
(function () {
  "use strict";
  var ALGORITHMS = { 1: "ES256" }, LEVELS = { 1: "assistant", 2: "social_worker", 3: "senior" };
  var STATES = ["", "suspended", "replaced", "ended"];
  var SIGNATURE = 64, HEADER = 22, PHOTO = 6, LONGEST = 1400;
  var EPOCH = Date.UTC(2000, 0, 1), DAY = 86400000, FRESH = DAY, CLOCKS_DIFFER = 300000, CHINA = 8 * 3600000;

  function b64(bytes) {
    var text = "";
    for (var i = 0; i < bytes.length; i++) text += String.fromCharCode(bytes[i]);
    return btoa(text).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  }

  // Bytes of base64url without padding; null for anything that b64 would not have written.
  function unb64(text) {
    if (!/^[A-Za-z0-9_-]+$/.test(text)) return null;
    try {
      var raw = atob(text.replace(/-/g, "+").replace(/_/g, "/")), bytes = new Uint8Array(raw.length);
      for (var i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
      return b64(bytes) === text ? bytes : null;
    } catch (e) { return null; }
  }

  function number(bytes, from, to) {
    var n = 0;
    for (var i = from; i < to; i++) n = n * 256 + bytes[i];
    return n;
  }

  // {claims, body, signature} of a token, or null. Says nothing about who signed.
  function read(text) {
    var whole = text.length <= LONGEST ? unb64(text) : null;
    if (!whole || whole.length < SIGNATURE + HEADER + 3) return null;
    var body = whole.slice(0, -SIGNATURE), photo = body[21];
    if (body[0] !== 1 || !ALGORITHMS[body[1]] || !LEVELS[body[20]] || (photo !== 0 && photo !== PHOTO)) return null;
    var at = HEADER + photo, texts = [], strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
    try {
      for (var i = 0; i < 3; i++) {
        var end = at + 1 + body[at];
        if (!(end <= body.length)) return null;
        texts.push(strict.decode(body.slice(at + 1, end)));
        at = end;
      }
    } catch (e) { return null; }
    if (at !== body.length) return null;
    return {
      claims: {
        alg: ALGORITHMS[body[1]], kid: b64(body.slice(2, 8)), index: number(body, 8, 12),
        asOf: number(body, 12, 16) * 1000, since: EPOCH + number(body, 16, 18) * DAY,
        until: EPOCH + number(body, 18, 20) * DAY, level: LEVELS[body[20]],
        number: texts[0], name: texts[1], office: texts[2]
      },
      body: body, signature: whole.slice(-SIGNATURE)
    };
  }

  // "" when a published key of this purpose signed the message; else why not. The algorithm is the key's.
  async function refusal(keys, purpose, message, kid, alg, signature, struck) {
    var key = keys.filter(function (one) { return one.purpose === purpose && one.kid === kid; })[0];
    if (!key) return "unknown_key";
    if (alg !== key.alg || key.alg !== "ES256" || key.kty !== "EC" || key.crv !== "P-256") return "algorithm";
    if (key.struck_off_at || struck.indexOf(kid) >= 0) return "struck_off";
    if (signature.length !== SIGNATURE) return "signature";
    var how = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    var plain = { kty: key.kty, crv: key.crv, x: key.x, y: key.y };
    var made = await crypto.subtle.importKey("jwk", plain, how, false, ["verify"]);
    return (await crypto.subtle.verify(how, made, signature, message)) ? "" : "signature";
  }

  // The status list {madeAt, count, states, struck, held}, or null when it is not genuine.
  async function openList(keys, jws) {
    try {
      var parts = jws.split(".");
      if (parts.length !== 3) return null;
      var bytes = parts.map(unb64), words = new TextDecoder("utf-8", { fatal: true });
      if (bytes.indexOf(null) >= 0) return null;
      var header = JSON.parse(words.decode(bytes[0])), message = new TextEncoder().encode(parts[0] + "." + parts[1]);
      if (header.typ !== "shegong-status+jwt") return null;
      if (await refusal(keys, "status", message, header.kid, header.alg, bytes[2], [])) return null;
      var list = JSON.parse(words.decode(bytes[1])), states = unb64(list.states) || new Uint8Array();
      return { madeAt: list.iat * 1000, count: list.count, states: states, struck: list.struck, held: list.held || {} };
    } catch (e) { return null; }
  }

  function stateOf(list, index) {
    if (!list || index >= list.count) return null;
    return (list.states[Math.floor(index / 4)] >> (6 - (index % 4) * 2)) & 3;
  }

  // A card may count longer than it says: until when, by the list.
  function heldTo(list, index) {
    var days = list && Object.prototype.hasOwnProperty.call(list.held, index) ? list.held[index] : 0;
    return EPOCH + days * DAY;
  }

  function judged(claims, key, list, now) {
    if (claims.asOf > now + CLOCKS_DIFFER) return "future";
    if (claims.asOf < Date.parse(key.from) - CLOCKS_DIFFER) return "key_period";
    if (key.until && claims.asOf > Date.parse(key.until) + CLOCKS_DIFFER) return "key_period";
    var state = stateOf(list, claims.index), day = Math.floor((now + CHINA) / DAY) * DAY;
    if (state) return STATES[state];
    if (day < claims.since) return "not_yet";
    if (day > Math.max(claims.until, heldTo(list, claims.index))) return "expired";
    return isFresh(list, now) && state === 0 ? "valid" : "status_unknown";
  }

  function isFresh(list, now) {
    return !!list && now - list.madeAt >= -CLOCKS_DIFFER && now - list.madeAt <= FRESH;
  }

  // {verdict, claims}: claims only where the signature is genuine and the time makes sense.
  async function judge(text, knowledge, now) {
    var token = read(text), keys = knowledge.keys;
    if (!token) return { verdict: "malformed" };
    var list = await openList(keys, knowledge.list), c = token.claims;
    var reason = await refusal(keys, "certificate", token.body, c.kid, c.alg, token.signature, list ? list.struck : []);
    if (reason) return { verdict: reason };
    var key = keys.filter(function (one) { return one.kid === c.kid; })[0], verdict = judged(c, key, list, now);
    var shown = verdict !== "future" && verdict !== "key_period";
    return { verdict: verdict, claims: shown ? c : undefined, isListed: !!list && c.index < list.count };
  }

  // What somebody typed, pasted or scanned: an address with the token behind #, or the token alone.
  function extract(text) {
    return text.slice(text.lastIndexOf("#") + 1).replace(/\s+/g, "");
  }

  window.Token = { judge: judge, openList: openList, isFresh: isFresh, extract: extract };
})();
