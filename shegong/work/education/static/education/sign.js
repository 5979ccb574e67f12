// Signing in by the room's code. Without network: keep class, code and time on this phone. With network: send them.
"use strict";
(function () {
  var STORE = "education.codes", page = document.body, form = document.getElementById("code_form");
  var list = document.getElementById("waiting"), state = document.getElementById("state");

  function held() {
    try { return JSON.parse(localStorage.getItem(STORE)) || []; } catch (e) { return []; }
  }
  function hold(rows) {
    try { localStorage.setItem(STORE, JSON.stringify(rows)); return true; } catch (e) { return false; }
  }
  function say(text, bad) {
    if (!state) return;
    state.textContent = text;
    state.className = "box " + (bad ? "err" : "ok");
    state.hidden = !text;
  }
  function two(n) { return (n < 10 ? "0" : "") + n; }
  function clock(seconds) {
    var at = new Date(seconds * 1000);
    return at.getFullYear() + "-" + two(at.getMonth() + 1) + "-" + two(at.getDate()) + " " + two(at.getHours()) + ":" + two(at.getMinutes());
  }
  function show() {
    if (!list) return;
    var rows = held();
    list.textContent = "";
    rows.forEach(function (row) {
      var item = document.createElement("li");
      item.textContent = row.number + " · " + clock(row.at) + (row.said ? " · " + row.said : "");
      list.appendChild(item);
    });
    document.getElementById("kept").hidden = !rows.length;
  }

  // The page without network: nothing is sent from here.
  function keepCode(event) {
    event.preventDefault();
    var number = form.elements.number.value.replace(/\D/g, ""), code = form.elements.code.value.replace(/\D/g, "");
    if (!number || code.length !== 6) return say(form.getAttribute("data-wrong"), true);
    var rows = held().slice(-40);
    rows.push({ number: number, code: code, at: Math.floor(Date.now() / 1000) });
    if (!hold(rows)) return say(form.getAttribute("data-full"), true);
    form.elements.code.value = "";
    say(form.getAttribute("data-kept"));
    show();
  }

  // The page of who is signed in: one after the other, a refused one stays with its reason until it is dropped.
  function send() {
    var rows = held(), next = rows.filter(function (row) { return !row.said; })[0];
    var token = document.querySelector("[name=csrfmiddlewaretoken]");
    if (!next || !token || !list) return show();
    var body = new URLSearchParams({ number: next.number, code: next.code, at: String(next.at), csrfmiddlewaretoken: token.value });
    fetch(list.getAttribute("data-to"), { method: "POST", body: body, headers: { Accept: "application/json" }, credentials: "same-origin" })
      .then(function (answer) {
        if (answer.status >= 500) throw new Error("later");
        return answer.json().then(function (said) {
          if (said.obstacles && said.obstacles[0].code === "code_tries") throw new Error("later");
          if (answer.ok) { rows.splice(rows.indexOf(next), 1); say(said.text); }
          else next.said = said.obstacles ? said.obstacles[0].text : String(answer.status);
          hold(rows);
          show();
          send();
        });
      }).catch(show);
  }

  var drop = document.getElementById("drop");
  if (drop) drop.addEventListener("click", function () { hold(held().filter(function (row) { return !row.said; })); show(); });
  if (form && form.hasAttribute("data-offline")) {
    var asked = new URLSearchParams(location.search);
    form.elements.number.value = (asked.get("class") || "").slice(0, 12);
    form.elements.code.value = (asked.get("code") || "").slice(0, 6);
    form.addEventListener("submit", keepCode);
    show();
  } else {
    var worker = page.querySelector("[data-worker]");
    if (worker && navigator.serviceWorker) navigator.serviceWorker.register(worker.getAttribute("data-worker")).catch(function () {});
    send();
  }
})();
