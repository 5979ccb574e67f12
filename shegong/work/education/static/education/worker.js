// Keeps the page that takes a code without network. With a network the site itself answers, always.
"use strict";
var KEPT = "sign-1", PATIENCE = 6000, HOME = FILES[0];

function keep() {
  return caches.open(KEPT).then(function (cache) {
    return Promise.all(FILES.map(function (file) {
      return fetch(file, { cache: "no-cache", credentials: "omit" }).then(function (answer) {
        if (!answer.ok) throw new Error(file);
        return cache.put(file, answer);
      });
    }));
  });
}

function inTime(promise) {
  return new Promise(function (done, failed) {
    setTimeout(function () { failed(new Error("late")); }, PATIENCE);
    promise.then(done, failed);
  });
}

function kept(file) {
  return caches.open(KEPT).then(function (cache) { return cache.match(file); });
}

self.addEventListener("install", function (event) {
  event.waitUntil(keep().then(function () { return self.skipWaiting(); }));
});

self.addEventListener("activate", function (event) {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", function (event) {
  var asked = new URL(event.request.url);
  if (event.request.method !== "GET" || asked.origin !== self.location.origin) return;
  if (event.request.mode === "navigate") {
    event.respondWith(inTime(fetch(event.request)).catch(function () {
      return asked.pathname === HOME ? kept(HOME) : Response.redirect(HOME + asked.search, 302);
    }));
  } else if (FILES.indexOf(asked.pathname) > 0) {
    event.respondWith(fetch(event.request).catch(function () { return kept(asked.pathname); }));
  }
});
