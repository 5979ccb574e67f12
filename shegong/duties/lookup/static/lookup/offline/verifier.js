// The page that verifies without network: takes the code, shows the verdict and how old its knowledge is.
(function () {
  "use strict";
  var known = window.KNOWLEDGE || { keys: [], list: "", site: "", phone: "", online: "" };
  var language = "zh", words = window.WORDS.zh, shown = null, isFile = location.protocol === "file:";
  var DAY = 86400000, CHINA = 8 * 3600000;
  var ICONS = { ok: "M5 12.5l4.5 4.5L19 7.5", warn: "M12 4L2.5 20h19zM12 10v5M12 17.6v.2", err: "M6 6l12 12M18 6L6 18" };

  function at(id) { return document.getElementById(id); }
  function filled(text, values) { return text.replace(/\{(\w+)\}/g, function (_, name) { return values[name]; }); }
  function made(tag, text, css) {
    var node = document.createElement(tag);
    if (text) node.textContent = text;
    if (css) node.className = css;
    return node;
  }

  function icon(tone) {
    var space = "http://www.w3.org/2000/svg", svg = document.createElementNS(space, "svg"), line = document.createElementNS(space, "path");
    svg.setAttribute("viewBox", "0 0 24 24");
    svg.setAttribute("role", "img");
    svg.setAttribute("aria-label", words.icons[tone]);
    line.setAttribute("d", ICONS[tone]);
    svg.appendChild(line);
    return svg;
  }

  function day(ms) {
    var d = new Date(ms);
    if (language === "en") return d.toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
    return d.getUTCFullYear() + "年" + (d.getUTCMonth() + 1) + "月" + d.getUTCDate() + "日";
  }
  function moment(ms) {
    return day(ms + CHINA) + " " + new Date(ms + CHINA).toISOString().slice(11, 16);
  }
  function age(ms) {
    if (ms < 60000) return words.soon;
    if (ms < 3600000) return filled(words.minutes, { n: Math.floor(ms / 60000) });
    if (ms < 2 * DAY) return filled(words.hours, { n: Math.floor(ms / 3600000) });
    return filled(words.days, { n: Math.floor(ms / DAY) });
  }

  async function showKnowledge() {
    var list = window.crypto && crypto.subtle ? await window.Token.openList(known.keys, known.list) : null, now = Date.now();
    var box = at("known"), text = words.no_list, isGood = window.Token.isFresh(list, now);
    if (list && list.madeAt > now + 300000) text = words.ahead;
    else if (list) text = filled(words.known, { day: moment(list.madeAt), age: age(now - list.madeAt) }) + (isGood ? "" : " · " + words.stale);
    box.className = "known " + (isGood ? "ok" : "warn");
    box.textContent = "";
    box.appendChild(icon(isGood ? "ok" : "warn"));
    box.appendChild(made("span", text));
    at("kept").textContent = words.kept;
  }

  function facts(claims) {
    var list = made("dl");
    [["name", claims.name], ["number", claims.number], ["level", words.levels[claims.level]], ["office", claims.office],
      ["validity", filled(words.between, { a: day(claims.since), b: day(claims.until) })], ["as_of", moment(claims.asOf)]
    ].forEach(function (row) {
      var pair = made("div", "", row[0]);
      pair.appendChild(made("dt", words[row[0]]));
      pair.appendChild(made("dd", row[1]));
      list.appendChild(pair);
    });
    return list;
  }

  function show(found) {
    var told = words.verdicts[found.why || found.verdict], box = at("answer"), head = made("div", "", "banner " + told[0]);
    shown = found;
    box.textContent = "";
    box.dataset.verdict = found.verdict;
    head.appendChild(icon(told[0]));
    var says = made("div");
    says.appendChild(made("h2", told[1]));
    says.appendChild(made("p", told[2]));
    head.appendChild(says);
    box.appendChild(head);
    if (found.claims) box.appendChild(facts(found.claims));
    box.appendChild(made("h3", words.todo));
    var todo = made("ul");
    told[3].forEach(function (line) { todo.appendChild(made("li", line)); });
    if (known.phone) todo.appendChild(made("li", words.phone + " " + known.phone));
    box.appendChild(todo);
    box.hidden = false;
  }

  async function judge(text) {
    at("wrong").hidden = true;
    if (!(window.crypto && crypto.subtle)) return show({ verdict: "no_crypto" });
    var token = window.Token.extract(text), found = await window.Token.judge(token, known, Date.now());
    if (found.verdict === "status_unknown") {
      var list = await window.Token.openList(known.keys, known.list);
      found.why = !list ? "no_list" : found.isListed ? "status_unknown" : "unlisted";
    }
    show(found);
    at("answer").scrollIntoView({ block: "nearest" });
  }

  function complain(text) {
    at("wrong").textContent = text;
    at("wrong").hidden = false;
  }

  async function readPhoto(file) {
    try {
      var codes = await new window.BarcodeDetector({ formats: ["qr_code"] }).detect(await createImageBitmap(file));
      if (codes.length) return judge(codes[0].rawValue);
    } catch (e) { /* said below */ }
    complain(words.unread);
  }

  async function offerPhotos() {
    var can = false;
    try { can = "BarcodeDetector" in window && (await window.BarcodeDetector.getSupportedFormats()).indexOf("qr_code") >= 0; } catch (e) { can = false; }
    at("photo_field").hidden = !can;
    at("no_reader").hidden = can;
  }

  function speak(chosen) {
    language = chosen;
    words = window.WORDS[chosen];
    document.documentElement.lang = chosen === "zh" ? "zh-Hans" : "en";
    document.title = words.title + (known.site ? " — " + known.site : "");
    Array.prototype.forEach.call(document.querySelectorAll("[data-word]"), function (node) { node.textContent = words[node.dataset.word]; });
    at("site").textContent = known.site;
    showKnowledge();
    if (shown) show(shown);
  }

  // The code behind # is read and taken out of the address at once: it stays in no history.
  function fromAddress() {
    if (location.hash.length < 2) return;
    var text = location.hash;
    try { history.replaceState(null, "", location.pathname); } catch (e) { /* a file's address stays */ }
    judge(text);
  }

  at("form").addEventListener("submit", function (event) {
    event.preventDefault();
    if (at("code").value.trim()) judge(at("code").value); else complain(words.empty);
  });
  at("photo").addEventListener("change", function () { if (this.files[0]) readPhoto(this.files[0]); });
  at("language").addEventListener("click", function () { speak(language === "zh" ? "en" : "zh"); });
  window.addEventListener("hashchange", fromAddress);
  at("online").href = known.online || "#";
  at("demo").hidden = !known.demo;
  at("online").hidden = !known.online;
  at("folder").hidden = isFile;
  speak(/[?&]lang=en/.test(location.search) ? "en" : "zh");
  offerPhotos();
  fromAddress();
  if (!isFile && "serviceWorker" in navigator) navigator.serviceWorker.register("../worker.js", { scope: "../" }).catch(function () {});
})();
