// Keeps the page that verifies without network, and answers a scanned code with it when there is none.
// With a network the register itself answers, always: nothing about a person is ever kept here.
"use strict";
var KEPT = "verify-1", PATIENCE = 6000;
var FILES = ["offline/", "offline/verifier.css", "offline/token.js", "offline/words.js", "offline/verifier.js", "offline/knowledge.js"];
var HOME = self.registration.scope;

function address(file) { return new URL(file, HOME).href; }

async function renew(files) {
  var cache = await caches.open(KEPT);
  await Promise.all(files.map(async function (file) {
    var answer = await fetch(address(file), { cache: "no-cache", credentials: "omit" });
    if (!answer.ok) throw new Error(file);
    await cache.put(address(file), answer);
  }));
}

function inTime(promise) {
  return new Promise(function (done, failed) {
    setTimeout(function () { failed(new Error("late")); }, PATIENCE);
    promise.then(done, failed);
  });
}

self.addEventListener("install", function (event) {
  event.waitUntil(renew(FILES).then(function () { return self.skipWaiting(); }));
});

self.addEventListener("activate", function (event) {
  event.waitUntil(caches.keys().then(function (names) {
    return Promise.all(names.filter(function (name) { return name !== KEPT; }).map(function (name) { return caches.delete(name); }));
  }).then(function () { return self.clients.claim(); }));
});

// Our own files: the newest there is, else the kept one.
async function newest(file) {
  try {
    await inTime(renew([file]));
  } catch (e) { /* no network */ }
  return (await (await caches.open(KEPT)).match(address(file))) || Response.error();
}

// A scanned code: the register's page; without network ours, to which the browser carries what stands behind #.
async function scanned(event) {
  try {
    var answer = await inTime(fetch(event.request));
    event.waitUntil(renew(["offline/knowledge.js"]).catch(function () {}));
    return answer;
  } catch (e) {
    return Response.redirect(address("offline/"), 302);
  }
}

self.addEventListener("fetch", function (event) {
  var asked = new URL(event.request.url), file = asked.origin + asked.pathname;
  if (event.request.method !== "GET" || !file.startsWith(HOME)) return;
  var ours = FILES.filter(function (one) { return address(one) === file; })[0];
  if (ours) event.respondWith(newest(ours));
  else if (event.request.mode === "navigate" && file !== address("offline.zip")) event.respondWith(scanned(event));
});
