// The room's screen: a new code each half minute without loading the page again.
"use strict";
(function () {
  var room = document.getElementById("room"), digits = document.getElementById("digits"), picture = document.getElementById("picture");
  var left = document.getElementById("left"), present = document.getElementById("present"), closed = document.getElementById("closed");
  var until = 0;
  if (!room) return;
  function draw(now) {
    digits.textContent = now.code ? now.code.slice(0, 3) + " " + now.code.slice(3) : "";
    picture.innerHTML = now.qr;
    present.textContent = now.present;
    room.hidden = !now.running;
    closed.hidden = now.running;
    until = Date.now() + now.left * 1000;
  }
  function ask() {
    fetch(room.getAttribute("data-again"), { credentials: "same-origin", cache: "no-store" })
      .then(function (answer) { return answer.json(); }).then(draw)
      .catch(function () { until = Date.now() + 3000; });
  }
  function tick() {
    var seconds = Math.max(0, Math.ceil((until - Date.now()) / 1000));
    left.textContent = seconds;
    if (seconds === 0) { until = Date.now() + 5000; ask(); }
  }
  ask();
  setInterval(tick, 500);
})();
