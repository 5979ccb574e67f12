// The words of the page without network, in Chinese and English. Gives window.WORDS.
(function () {
  "use strict";
  var compareZh = "请核对姓名、照片与本人身份证件一致。", compareEn = "Compare name and photo with the person's identity document.";
  var notZh = "不要把此人当作已登记的社会工作者。", notEn = "Do not take this person for a registered social worker.";
  var reportZh = "如仍有人出示此证，请告诉登记机关。", reportEn = "If somebody still presents this certificate, tell the registering office.";
  var againZh = "请重新扫码；仍是如此，请联网核验或致电登记机关。", againEn = "Scan once more; if it stays so, verify online or call the registering office.";
  var onlineZh = "请联网核验，或致电登记机关。", onlineEn = "Verify online, or call the registering office.";

  window.WORDS = {
    zh: {
      demo: "演示数据，人名与编号均为虚构", title: "离线核验登记证", lead: "没有网络时，也能验出登记证是不是真的。本页不发送任何内容。", other: "English",
      paste: "粘贴码的内容", paste_hint: "扫码得到的一整行网址，从 https 开始", check: "核验", photo: "或选择二维码照片",
      no_reader: "此浏览器不能从照片读码：请用手机相机扫码，再粘贴。", unread: "照片里没有读到二维码。请拍清楚、拍正。",
      empty: "请先粘贴码的内容。",
      known: "名单截至 {day}，{age}前", stale: "名单已过期", no_list: "本页没有名单", kept: "名单只保证一天。联网打开本页即更新。",
      minutes: "{n} 分钟", hours: "{n} 小时", days: "{n} 天", soon: "不到 1 分钟", ahead: "名单时间晚于本机时间，请检查本机时钟",
      name: "姓名", number: "登记证号", level: "级别", office: "登记机关", validity: "有效期", as_of: "签名时间", between: "{a} 至 {b}",
      todo: "现在怎么办", phone: "问询电话：", online: "联网核验", folder: "下载离线核验文件夹",
      how: "登记证的二维码里有登记机关的签名。本页用公开的密钥验签名，用签名的名单查状态。",
      levels: { assistant: "助理社会工作师", social_worker: "社会工作师", senior: "高级社会工作师" },
      icons: { ok: "有效", warn: "注意", err: "不可信" },
      verdicts: {
        valid: ["ok", "登记有效", "签名真实，名单上没有暂停、注销、撤销或换证。", [compareZh]],
        status_unknown: ["warn", "签名真实；状态未知，名单已过期", "登记证是真的。现在是否已暂停、注销或撤销，这份名单不能说明。", [onlineZh, compareZh]],
        no_list: ["warn", "签名真实；状态未知，没有名单", "登记证是真的。本页没有可用的名单，不能说明现在的状态。", [onlineZh, compareZh]],
        unlisted: ["warn", "签名真实；状态未知，名单早于此证", "登记证是真的，但比名单新，名单不能说明它的状态。", [onlineZh, compareZh]],
        expired: ["err", "登记已过有效期", "签名真实，但有效期已过。", [notZh, "如已再登记，请出示新证。"]],
        not_yet: ["warn", "登记尚未生效", "签名真实，但有效期还没有开始。", [notZh]],
        suspended: ["warn", "登记已暂停", "名单上写明：登记现在不起作用。", [notZh, onlineZh]],
        replaced: ["warn", "此证已换发", "名单上写明：已有新的登记证代替此证。", ["请对方出示新证，再核验新证。"]],
        ended: ["err", "登记已注销或撤销", "名单上写明：登记已经结束。", [notZh, reportZh]],
        future: ["err", "不可信：签名时间在将来", "码上的时间晚于本机时间。", ["请检查本机的日期和时间。", onlineZh]],
        key_period: ["err", "不可信：签名时间不对", "签名时间不在密钥的使用期内。", [notZh, onlineZh]],
        signature: ["err", "不可信：签名不符", "内容被改动过，或者是伪造的。", [notZh, reportZh]],
        struck_off: ["err", "不可信：密钥已作废", "签名用的密钥已作废，此码不再证明什么。持证人可以重新下载登记证。", [onlineZh]],
        unknown_key: ["err", "不可信：不认识的密钥", "不是本平台签的，或者本页太旧。", ["如本页保存已久，请联网更新后再验。", onlineZh]],
        algorithm: ["err", "不可信：签名方法不对", "本平台不用这种签名方法。", [notZh, reportZh]],
        malformed: ["err", "读不出：不是登记证的码", "码不完整，或者被改动过。", [againZh]],
        no_crypto: ["warn", "此浏览器不能验签名", "网址不是安全连接，或者浏览器太旧。", [onlineZh]]
      }
    },
    en: {
      demo: "Demonstration: people and numbers are invented", title: "Verify a certificate offline", lead: "Without a network, you can still see whether a certificate is genuine. This page sends nothing.", other: "中文",
      paste: "Paste what the code says", paste_hint: "The whole address from the scan, beginning with https", check: "Verify", photo: "Or choose a photo of the code",
      no_reader: "This browser reads no codes from photos: scan with the phone's camera, then paste.", unread: "No code was found in the photo. Take it sharp and straight.",
      empty: "Paste what the code says first.",
      known: "List as of {day}, {age} ago", stale: "list out of date", no_list: "This page has no list", kept: "A list holds for a day. Open this page online to renew it.",
      minutes: "{n} min", hours: "{n} h", days: "{n} days", soon: "less than a minute", ahead: "the list is ahead of this device's clock: check the clock",
      name: "Name", number: "Registration number", level: "Level", office: "Registered by", validity: "Validity", as_of: "Signed", between: "{a} to {b}",
      todo: "What to do now", phone: "Questions:", online: "Verify online", folder: "Download the folder for offline use",
      how: "The code on a certificate holds the office's signature. This page checks it with the published keys, and the status with a signed list.",
      levels: { assistant: "Assistant social worker (junior)", social_worker: "Social worker (middle)", senior: "Senior social worker (senior)" },
      icons: { ok: "Valid", warn: "Attention", err: "Not to be trusted" },
      verdicts: {
        valid: ["ok", "Registration valid", "The signature is genuine, and the list names no suspension, ending or replacement.", [compareEn]],
        status_unknown: ["warn", "Signature genuine; status unknown, list out of date", "The certificate is genuine. Whether it has been suspended or ended since, this list cannot tell.", [onlineEn, compareEn]],
        no_list: ["warn", "Signature genuine; status unknown, no list", "The certificate is genuine. This page has no usable list and cannot tell the status of today.", [onlineEn, compareEn]],
        unlisted: ["warn", "Signature genuine; status unknown, list older than the certificate", "The certificate is genuine, but newer than the list.", [onlineEn, compareEn]],
        expired: ["err", "Registration expired", "The signature is genuine, but the validity is over.", [notEn, "If it was renewed, ask for the new certificate."]],
        not_yet: ["warn", "Registration not yet in force", "The signature is genuine, but the validity has not begun.", [notEn]],
        suspended: ["warn", "Registration suspended", "The list says: the registration has no effect at present.", [notEn, onlineEn]],
        replaced: ["warn", "Certificate replaced", "The list says: a newer certificate stands in place of this one.", ["Ask for the new certificate, and verify that one."]],
        ended: ["err", "Registration cancelled or revoked", "The list says: the registration has ended.", [notEn, reportEn]],
        future: ["err", "Not to be trusted: signed in the future", "The time in the code is later than this device's.", ["Check date and time of this device.", onlineEn]],
        key_period: ["err", "Not to be trusted: wrong time of signing", "The key was not in use at that time.", [notEn, onlineEn]],
        signature: ["err", "Not to be trusted: wrong signature", "The content was changed, or it is forged.", [notEn, reportEn]],
        struck_off: ["err", "Not to be trusted: key struck off", "The key that signed was struck off, so this code proves nothing. The holder can download the certificate again.", [onlineEn]],
        unknown_key: ["err", "Not to be trusted: unknown key", "This platform did not sign it, or this page is too old.", ["If this page was saved long ago, renew it online and try again.", onlineEn]],
        algorithm: ["err", "Not to be trusted: wrong kind of signature", "This platform does not sign like this.", [notEn, reportEn]],
        malformed: ["err", "Unreadable: not the code of a certificate", "The code is incomplete, or it was changed.", [againEn]],
        no_crypto: ["warn", "This browser cannot check signatures", "The address is not a secure one, or the browser is too old.", [onlineEn]]
      }
    }
  };
})();
