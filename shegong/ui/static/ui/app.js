/* Shegong: small helps on top of pages that work without them. No framework, no inline code, nothing from outside. */
(function () {
  "use strict";
  var doc = document, words = {};
  function all(selector, root) { return Array.prototype.slice.call((root || doc).querySelectorAll(selector)); }
  function show(node) { if (node) { node.hidden = false; } }
  function say(key, fallback) { return words[key] || fallback; }

  /* Error summary takes focus; its links open and focus the field. */
  function errors(root) {
    var box = root.querySelector ? root.querySelector(".errsum") : null;
    if (box) { box.focus(); }
  }

  /* One key, one act: an element with data-key="j" is pressed by J. Off while typing; ? lists them. */
  function typing(node) {
    return node && (/^(textarea|select)$/i.test(node.tagName) || node.isContentEditable ||
      (node.tagName === "INPUT" && !/^(checkbox|radio|button|submit)$/.test(node.type)));
  }
  function keyed(key) { return all('[data-key]').filter(function (node) { return node.getAttribute("data-key").toLowerCase() === key && node.offsetParent !== null; })[0]; }
  function keysOff() { try { return localStorage.getItem("keys") === "off"; } catch (e) { return false; } }
  function listKeys() {
    var old = doc.getElementById("keys");
    if (old) { old.remove(); return; }
    var box = doc.createElement("div"), list = doc.createElement("dl"), off = doc.createElement("button");
    box.id = "keys"; box.className = "card pad keys"; box.setAttribute("role", "dialog"); box.tabIndex = -1;
    box.setAttribute("aria-label", say("keys", "Keys")); list.className = "dl"; off.className = "btn sec sm"; off.type = "button";
    all("[data-key]").forEach(function (node) {
      var row = doc.createElement("div"), key = doc.createElement("dt"), what = doc.createElement("dd");
      key.textContent = node.getAttribute("data-key").toUpperCase();
      what.textContent = node.getAttribute("aria-label") || node.textContent.replace(/\s+[A-Z]\s*$/, "").trim();
      row.appendChild(key); row.appendChild(what); list.appendChild(row);
    });
    off.textContent = keysOff() ? say("keysOn", "Turn keys on") : say("keysOff", "Turn keys off");
    off.onclick = function () { try { localStorage.setItem("keys", keysOff() ? "on" : "off"); } catch (e) { /* private mode */ } box.remove(); };
    box.appendChild(list); box.appendChild(off); doc.body.appendChild(box); box.focus();
  }
  doc.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) { return; }
    if (event.key === "?") { event.preventDefault(); listKeys(); return; }
    if (event.key === "Escape") {
      var open = doc.getElementById("keys") || doc.querySelector("details[open].menu,details[open].cc");
      if (open) { if (open.id) { open.remove(); } else { open.open = false; open.querySelector("summary").focus(); } return; }
    }
    if (keysOff() && event.key !== "Escape") { return; }
    var node = keyed(event.key.toLowerCase());
    if (!node) { return; }
    event.preventDefault();
    if (/^(INPUT|TEXTAREA|SELECT)$/.test(node.tagName)) { node.focus(); } else { node.click(); }
  });

  /* Menus close when the reader goes elsewhere. */
  doc.addEventListener("click", function (event) {
    all("details[open].menu,details[open].cc").forEach(function (node) { if (!node.contains(event.target)) { node.open = false; } });
    var button = event.target.closest("[data-print],[data-reveal]");
    if (!button) { return; }
    if (button.hasAttribute("data-print")) { window.print(); return; }
    var field = doc.getElementById(button.getAttribute("data-reveal")), hidden = field.type === "password", word = button.textContent;
    field.type = hidden ? "text" : "password";
    button.textContent = button.getAttribute("data-hide"); button.setAttribute("data-hide", word);
  });

  /* Select all on the page; count what is selected; filters that submit themselves. */
  doc.addEventListener("change", function (event) {
    var node = event.target, name = node.getAttribute("data-all");
    if (name) { all('input[name="' + name + '"]').forEach(function (box) { box.checked = node.checked; }); }
    count(name || node.name);
    if (node.hasAttribute("data-auto")) { node.form.requestSubmit ? node.form.requestSubmit() : node.form.submit(); }
    if (node.type === "file" && node.files) { pictures(node); }
  });
  function count(name) {
    all('[data-count="' + name + '"]').forEach(function (place) {
      place.textContent = all('input[name="' + name + '"]:checked').length;
    });
  }

  /* A form is sent once; the server would refuse the twin anyway. Leaving with unsaved words asks first. */
  var dirty = false;
  doc.addEventListener("input", function (event) { if (event.target.closest("form[data-guard]")) { dirty = true; } });
  window.addEventListener("beforeunload", function (event) { if (dirty) { event.preventDefault(); event.returnValue = ""; } });
  doc.addEventListener("submit", function (event) {
    var form = event.target, now = Date.now();
    if (form.method !== "post") { return; }
    if (form.sentAt && now - form.sentAt < 8000) { event.preventDefault(); return; }
    form.sentAt = now; dirty = false;
    all("button:not([type=button])", form).forEach(function (button) { button.setAttribute("aria-busy", "true"); });
  });
  window.addEventListener("pageshow", function () {
    all("form").forEach(function (form) { form.sentAt = 0; });
    all("[aria-busy]").forEach(function (node) { node.removeAttribute("aria-busy"); });
  });

  /* Photos: turned upright by the browser, at most 1600 px and 1 MB, with a hint when blurred or glaring. */
  function pictures(input) {
    var limit = +input.getAttribute("data-shrink"), place = doc.querySelector('[data-shots="' + input.id + '"]');
    if (place) { place.textContent = ""; }
    Promise.all(all.call ? [].map.call(input.files, function (file) {
      return /^image\/(jpeg|png|webp)/.test(file.type) ? shrink(file, limit, place) : file;
    }) : []).then(function (files) {
      try {
        var box = new DataTransfer();
        files.forEach(function (file) { box.items.add(file); });
        if (limit) { input.files = box.files; }
      } catch (e) { /* old browser: the whole file goes up, the server shrinks it */ }
    });
  }
  function shrink(file, limit, place) {
    return new Promise(function (done) {
      var url = URL.createObjectURL(file), image = new Image();
      image.onerror = function () { done(file); };
      image.onload = function () {
        var scale = Math.min(1, 1600 / Math.max(image.naturalWidth, image.naturalHeight));
        var canvas = doc.createElement("canvas"), pen = canvas.getContext("2d");
        canvas.width = Math.round(image.naturalWidth * scale); canvas.height = Math.round(image.naturalHeight * scale);
        pen.drawImage(image, 0, 0, canvas.width, canvas.height);
        if (place) { preview(place, url, file, judge(pen, canvas.width, canvas.height)); }
        if (!limit || file.size <= limit) { done(file); return; }
        (function smaller(quality) {
          canvas.toBlob(function (blob) {
            if (!blob) { done(file); } else if (blob.size > limit && quality > 0.4) { smaller(quality - 0.15); } else {
              done(new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }));
            }
          }, "image/jpeg", quality);
        })(0.85);
      };
      image.src = url;
    });
  }
  /* Variance of the Laplacian on a 400 px copy tells blur; the share of burnt-out pixels tells glare. */
  function judge(pen, width, height) {
    var w = Math.min(400, width), h = Math.round(height * w / width), small = doc.createElement("canvas"), at = small.getContext("2d");
    small.width = w; small.height = h; at.drawImage(pen.canvas, 0, 0, w, h);
    var data = at.getImageData(0, 0, w, h).data, grey = [], sum = 0, square = 0, n = 0, white = 0, i, x, y;
    for (i = 0; i < data.length; i += 4) { grey.push(0.3 * data[i] + 0.59 * data[i + 1] + 0.11 * data[i + 2]); if (data[i] + data[i + 1] + data[i + 2] > 762) { white++; } }
    for (y = 1; y < h - 1; y++) { for (x = 1; x < w - 1; x++) { i = y * w + x; var v = 4 * grey[i] - grey[i - 1] - grey[i + 1] - grey[i - w] - grey[i + w]; sum += v; square += v * v; n++; } }
    var spread = square / n - (sum / n) * (sum / n), share = white / grey.length;
    return spread < 60 ? say("blur", "Looks blurred: hold still and take it again.") : share > 0.12 && share < 0.5 ? say("glare", "Looks like glare: turn the flash off.") : "";
  }
  function preview(place, url, file, fault) {
    var figure = doc.createElement("figure"), image = doc.createElement("img"), note = doc.createElement("figcaption");
    image.src = url; image.alt = file.name; note.textContent = fault || file.name; note.className = fault ? "low" : "";
    figure.appendChild(image); figure.appendChild(note); place.appendChild(figure);
  }

  /* What needs script is hidden until script is here. */
  function ready(root) { all("[data-reveal],[data-print],[data-all]", root).forEach(show); errors(root); }
  words = doc.documentElement.lang.slice(0, 2) === "zh" ? { blur: "照片可能模糊，拿稳手机再拍。", glare: "照片可能反光，关掉闪光灯再拍。", keys: "快捷键", keysOn: "打开快捷键", keysOff: "关闭快捷键" } : {};
  ready(doc);
  doc.body.addEventListener("htmx:afterSwap", function (event) { ready(event.target); });
})();
