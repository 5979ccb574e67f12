// The split's sum while typing, and a column pasted from a sheet into one cell fills those below. The server checks again.
(function () {
  "use strict";
  var form = document.querySelector("[data-split]");
  if (!form) return;
  var cells = Array.prototype.slice.call(form.querySelectorAll("tbody input"));
  var total = form.querySelector("[data-total],[name=total]"), sum = form.querySelector("[data-sum]"), said = form.querySelector("[data-gap]");
  function read(text) {
    var plain = text.replace(/[\uff10-\uff19]/g, function (c) { return String.fromCharCode(c.charCodeAt(0) - 65248); }).replace(/[,\uff0c\s人]/g, "");
    return /^\d{1,9}$/.test(plain) ? Number(plain) : 0;
  }
  function show() {
    var made = cells.reduce(function (before, cell) { return before + read(cell.value); }, 0), gap = read(total.value) - made;
    sum.textContent = made;
    said.className = "box " + (gap ? "warn" : "ok");
    said.textContent = gap ? (gap > 0 ? said.dataset.short : said.dataset.over) + " " + Math.abs(gap) + " " + said.dataset.unit : said.dataset.right;
  }
  form.addEventListener("input", show);
  form.addEventListener("paste", function (event) {
    var at = cells.indexOf(event.target), text = event.clipboardData.getData("text/plain");
    var lines = text.replace(/\r/g, "").replace(/\n+$/, "").split("\n");
    if (at < 0 || lines.length < 2) return;
    event.preventDefault();
    lines.forEach(function (line, n) { if (cells[at + n]) cells[at + n].value = line.split("\t").pop().trim(); });
    show();
  });
})();
