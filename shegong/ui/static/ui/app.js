/* Shegong: small helps on top of pages that work without them. No framework, no inline code, nothing from outside. */
(() => {
  "use strict";
  let dirty = false;
  const doc = document;
  const words = (doc.querySelector('meta[name="ui-words"]') || { content: "||||" }).content.split("|");
  const all = (selector, root = doc) => [...root.querySelectorAll(selector)];
  const make = (tag, text = "", css = "") => Object.assign(doc.createElement(tag), { textContent: text, className: css });

  /* One key, one act: data-key="j" is pressed by J. Off while typing and on request; ? lists them. */
  function typing(node) {
    return /^(TEXTAREA|SELECT)$/.test(node.tagName) || node.isContentEditable ||
      (node.tagName === "INPUT" && !/^(checkbox|radio|button|submit)$/.test(node.type));
  }
  function keysOff(value) {
    try { if (value) { localStorage.setItem("keys", value); } return localStorage.getItem("keys") === "off"; } catch (e) { return false; }
  }
  function listKeys() {
    const list = make("dl", "", "dl"), off = make("button", words[keysOff() ? 3 : 4], "btn sec sm"), box = make("div", "", "card pad keys");
    Object.assign(box, { id: "keys", tabIndex: -1 });
    box.setAttribute("role", "dialog"); box.setAttribute("aria-label", words[2]);
    all("[data-key]").forEach((node) => {
      const row = make("div"), what = node.cloneNode(true);
      all("kbd", what).forEach((key) => key.remove());
      row.append(make("dt", node.dataset.key.replace("Escape", "Esc").toUpperCase()), make("dd", node.getAttribute("aria-label") || what.textContent.trim()));
      list.append(row);
    });
    off.type = "button";
    off.onclick = () => { keysOff(keysOff() ? "on" : "off"); box.remove(); };
    box.append(list, off); doc.body.append(box); box.focus();
  }
  function escape() {
    const open = doc.getElementById("keys") || doc.querySelector("details[open].menu,details[open].cc");
    if (!open) { return false; }
    if (open.id === "keys") { open.remove(); } else { open.open = false; open.querySelector("summary").focus(); }
    return true;
  }
  doc.addEventListener("keydown", (event) => {
    const key = event.key;
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !key) { return; }
    if (key === "Escape" && escape()) { return; }
    if (typing(event.target)) { return; }
    if (key === "?") { event.preventDefault(); escape() || listKeys(); return; }
    if (keysOff() && key !== "Escape") { return; }
    const node = all("[data-key]").find((each) => each.dataset.key.toLowerCase() === key.toLowerCase() && each.offsetParent);
    if (!node) { return; }
    event.preventDefault();
    if (typing(node)) { node.focus(); } else { node.click(); }
  });

  /* Menus close when the reader goes elsewhere; print and show-password buttons. */
  doc.addEventListener("click", (event) => {
    all("details[open].menu,details[open].cc").forEach((node) => { if (!node.contains(event.target)) { node.open = false; } });
    const button = event.target.closest("[data-print],[data-reveal]");
    if (!button) { return; }
    if ("print" in button.dataset) { window.print(); return; }
    const field = doc.getElementById(button.dataset.reveal), word = button.textContent;
    field.type = field.type === "password" ? "text" : "password";
    button.textContent = button.dataset.hide; button.dataset.hide = word;
  });

  /* Select all on the page, count the selected, filters that submit themselves, photos. */
  doc.addEventListener("change", (event) => {
    let node = event.target, name = node.dataset.all;
    if (name) { all(`input[name="${name}"]`).forEach((box) => { box.checked = node.checked; }); }
    name = name || node.name;
    all("[data-count]").forEach((place) => {
      if (place.dataset.count === name) { place.textContent = all(`input[name="${name}"]:checked`).length; }
    });
    if ("auto" in node.dataset) { node.form.submit(); }
    if (node.type === "file") { pictures(node); }
  });

  /* A form is sent once (the server refuses the twin anyway); leaving with unsaved words asks first. */
  doc.addEventListener("input", (event) => { if (event.target.closest("form[data-guard]")) { dirty = true; } });
  window.addEventListener("beforeunload", (event) => { if (dirty) { event.preventDefault(); event.returnValue = ""; } });
  doc.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") { return; }
    if (Date.now() - (form.sentAt || 0) < 8000) { event.preventDefault(); return; }
    form.sentAt = Date.now(); dirty = false;
    all("button:not([type=button])", form).forEach((button) => button.setAttribute("aria-busy", "true"));
  });
  function unsent() {
    all("form").forEach((form) => { form.sentAt = 0; });
    all("[aria-busy]").forEach((node) => node.removeAttribute("aria-busy"));
  }
  window.addEventListener("pageshow", unsent);
  doc.addEventListener("change", unsent); // a form whose answer is a file stays on the page
  doc.addEventListener("htmx:afterRequest", unsent);

  /* Photos go up at most 1600 px and data-shrink bytes, with a preview and a hint when blurred or glaring. */
  function pictures(input) {
    const limit = +input.dataset.shrink, place = doc.querySelector(`[data-shots="${input.id}"]`);
    if (place) { place.textContent = ""; }
    Promise.all([...input.files].map((file) => /^image/.test(file.type) ? shrink(file, limit, place) : preview(place, "", file.name) || file)).then((files) => {
      if (!limit) { return; }
      const box = new DataTransfer();
      files.forEach((file) => box.items.add(file));
      input.files = box.files;
    });
  }
  function draw(image, width, height, longest) {
    const scale = Math.min(1, longest / Math.max(width, height)), canvas = make("canvas");
    canvas.width = Math.round(width * scale); canvas.height = Math.round(height * scale);
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas;
  }
  function shrink(file, limit, place) {
    return new Promise((done) => {
      const image = new Image();
      image.onerror = () => done(file);
      image.onload = () => {
        const canvas = draw(image, image.naturalWidth, image.naturalHeight, 1600);
        preview(place, image, file.name, fault(draw(canvas, canvas.width, canvas.height, 400)));
        if (!limit || file.size <= limit) { done(file); return; }
        (function smaller(quality) {
          canvas.toBlob((blob) => {
            if (blob && blob.size > limit && quality > 0.4) { smaller(quality - 0.15); return; }
            done(blob ? new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file);
          }, "image/jpeg", quality);
        })(0.85);
      };
      image.src = URL.createObjectURL(file);
    });
  }
  /* The variance of the Laplacian tells blur; the share of burnt-out pixels tells glare. */
  function fault(canvas) {
    const w = canvas.width, h = canvas.height, data = canvas.getContext("2d").getImageData(0, 0, w, h).data, grey = [];
    let white = 0, sum = 0, square = 0, n = 0, i, v;
    for (i = 0; i < data.length; i += 4) { v = (data[i] * 3 + data[i + 1] * 6 + data[i + 2]) / 10; grey.push(v); if (v > 252) { white++; } }
    for (i = w; i < grey.length - w; i++) { v = 4 * grey[i] - grey[i - 1] - grey[i + 1] - grey[i - w] - grey[i + w]; sum += v; square += v * v; n++; }
    white /= grey.length;
    return square / n - sum * sum / n / n < 60 ? words[0] : white > 0.12 && white < 0.5 ? words[1] : "";
  }
  function preview(place, image, name, wrong) {
    const figure = make("figure");
    if (image) { image.alt = name; }
    figure.append(image, make("figcaption", wrong ? "◆ " + wrong : name, wrong ? "low" : ""));
    if (place) { place.append(figure); }
  }

  /* What needs script is hidden until script is here; an error summary takes the focus. */
  function ready(root) {
    all("[data-reveal],[data-print],[data-all],[data-pick]", root).forEach((node) => { node.hidden = false; });
    const box = root.querySelector(".errsum");
    if (box) { box.focus(); }
  }
  ready(doc);
  doc.addEventListener("htmx:afterSwap", (event) => ready(event.target));
})();
