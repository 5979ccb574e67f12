// On the online page: keep the page that verifies without network, and hand it the code on request.
(function () {
  "use strict";
  var me = document.currentScript, link = document.querySelector("[data-offline]");
  if (link && location.hash.length > 2) link.href += location.hash;
  if ("serviceWorker" in navigator) navigator.serviceWorker.register(me.dataset.worker, { scope: new URL(".", new URL(me.dataset.worker, location.href)).pathname }).catch(function () {});
})();
